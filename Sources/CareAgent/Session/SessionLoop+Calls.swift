internal import CareCore
internal import CareModel

extension SessionLoop {
    /// Tells the core what waits before an exchange begins, so that it knows what there is to do.
    func prepare() throws(AgentError) { try loadMail() }

    /// Carries out a call.
    ///
    /// - Parameter patience: how long nothing that is waited for may come.
    func call(_ input: AgentCore.Input, patience: Duration) throws(AgentError) -> Outcome {
        outcome = nil
        lastWords = ""
        lastProgress = uptime
        core.policy.connectPatience = min(
            AgentPolicy().connectPatience, patience / context.endpoints.count)
        do throws(AgentError) {
            try step(input)
            try settle()
            while true {
                if let outcome { return try finish(outcome) }
                guard uptime - lastProgress < patience else { throw timeout }
                try turn(until: lastProgress + patience)
            }
        } catch {
            questions = [:]
            abandon()
            throw error
        }
    }

    /// Says goodbye and closes everything, whatever state it is in.
    func leave() {
        do throws(AgentError) {
            try step(.leave)
            try flush(isLast: true)
        } catch {
            // What could not be written down is told again next time.
            disconnect()
        }
    }

    private func finish(_ outcome: Outcome) throws(AgentError) -> Outcome {
        if case .ended(let error) = outcome { throw error }
        return outcome
    }

    /// A broker that said welcome is there; one that did not may be anywhere.
    private var timeout: AgentError { error(core.isOpen ? .silent : .unreachable) }

    private func abandon() {
        batch = MailBatch()
        news = []
        do throws(AgentError) { try step(.giveUp) } catch { disconnect() }
    }
}
