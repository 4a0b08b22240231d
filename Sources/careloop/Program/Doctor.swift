internal import CareAgent
internal import CareFHIR
internal import CareModel
internal import Foundation
internal import ZeroMQ

/// Checks one thing after the other, and stops where the next check needs what has failed.
struct Doctor {
    private let options: GlobalOptions
    private let contexts = AgentContexts()

    init(_ options: GlobalOptions) { self.options = options }

    /// What the checks came to, in order.
    func findings() -> [Finding] {
        let context: AgentContext
        do throws(CommandFailure) {
            context = try contexts.chosen(options)
        } catch {
            return [Finding(check: "context", result: .fail, message: error.message)]
        }
        var findings = [
            Finding(
                check: "context", result: .ok, message: "\(context.name), agent \(context.agent)"),
            folder(of: context), key(of: context),
        ]
        do throws(AgentError) {
            let store = try contexts.openStore(of: context.name)
            findings += try mail(in: store)
            guard !options.offline else { return findings }
            for endpoint in context.endpoints {
                findings += broker(at: endpoint, context, store)
            }
        } catch {
            findings.append(Finding(check: "mail", result: .fail, message: error.message))
        }
        return findings
    }

    private func folder(of context: AgentContext) -> Finding {
        let path = contexts.directory(of: context.name)
        guard Self.mode(of: path) == 0o700 else {
            return Finding(
                check: "folder", result: .warn,
                message: "Others can look into it. Run: chmod 700 \(path)")
        }
        return Finding(check: "folder", result: .ok, message: path)
    }

    private func key(of context: AgentContext) -> Finding {
        do throws(AgentError) {
            let key = try contexts.publicKey(of: context.name)
            return Finding(check: "key", result: .ok, message: "private; public key \(key)")
        } catch {
            return Finding(check: "key", result: .fail, message: error.message)
        }
    }

    private func mail(in store: AgentStore) throws(AgentError) -> [Finding] {
        let waiting = try store.waiting().count
        let unopened = try store.inbox(unopenedOnly: true).count
        let mail = Finding(
            check: "mail", result: .ok, message: "\(unopened) unopened, \(waiting) to be sent")
        let running = try store.runningBreakGlasses(at: AgentIDs.system.now()).count
        guard running > 0 else { return [mail] }
        let overrides = Finding(
            check: "break-glass", result: .warn,
            message: "\(running) running. End what is over: see `careloop break-glass list --own`.")
        return [mail, overrides]
    }

    private func broker(
        at endpoint: AgentContext.Endpoint, _ context: AgentContext, _ store: AgentStore
    ) -> [Finding] {
        var single = context
        single.endpoints = [endpoint]
        let agent = CareAgent.Agent(context: single, store: store)
        defer { agent.disconnect() }
        let began = AgentIDs.system.now()
        do throws(AgentError) {
            let exchange = try agent.exchange(deadline: .seconds(options.timeout))
            for receipt in exchange.receipts { Screen(options).tell(receipt) }
            let welcome = exchange.welcome
            return [
                Finding(
                    check: "broker", result: .ok,
                    message: "\(endpoint.control), \(PlainText.line(welcome.program))"),
                clock(welcome, began: began), enrolment(welcome),
            ]
        } catch {
            return [Finding(check: "broker", result: .fail, message: trouble(error, endpoint))]
        }
    }

    private func trouble(_ error: AgentError, _ endpoint: AgentContext.Endpoint) -> String {
        guard error.code == .unreachable else { return PlainText.line(error.message) }
        return "\(endpoint.control) does not answer. Check the address, the network, and that the "
            + "broker runs; a key that is not enrolled gets no answer either, so check with the "
            + "operator."
    }

    /// The broker named its time somewhere between the question and the answer.
    private func clock(_ welcome: SessionWelcome, began: Timestamp) -> Finding {
        let ended = AgentIDs.system.now()
        let named = welcome.now
        let ahead = max(named - ended, began - named, .zero)
        let seconds = ahead.components.seconds
        guard ahead > .seconds(5) else {
            return Finding(check: "clock", result: .ok, message: "agrees with the broker's")
        }
        return Finding(
            check: "clock", result: seconds > 300 ? .fail : .warn,
            message: "\(seconds) s off the broker's. Set the clock of this machine (NTP).")
    }

    private func enrolment(_ welcome: SessionWelcome) -> Finding {
        let roles = welcome.roles.map(\.code).joined(separator: ", ")
        let mailboxes = welcome.mailboxes.map(\.spoken).joined(separator: ", ")
        guard !welcome.roles.isEmpty else {
            return Finding(
                check: "enrolment", result: .warn,
                message: "You have no role. Ask the broker's operator.")
        }
        return Finding(
            check: "enrolment", result: .ok,
            message: PlainText.line(
                "\(welcome.organisation.text): \(roles); mailboxes: \(mailboxes)"))
    }

    private static func mode(of path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue
    }
}
