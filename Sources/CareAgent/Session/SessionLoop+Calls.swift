internal import CareCore
internal import CareModel

extension SessionLoop {
    /// Carries out an exchange and says how many mailboxes hold something back.
    ///
    /// - Parameter patience: how long nothing that is waited for may come.
    func exchange(patience: Duration) throws(AgentError) -> Int {
        outcome = nil
        // Told what waits before it begins, the core knows what there is to do.
        let inputs = { () throws(AgentError) in try self.mailInputs() + [.exchange] }
        return try call(inputs, patience: patience) {
            if case .exchanged(let waiting) = outcome { waiting } else { nil }
        }
    }

    /// Asks a question and waits for the answer.
    func ask(
        _ query: Query, number: UInt64, patience: Duration
    ) throws(AgentError) -> AnswerPage {
        outcome = nil
        var answer: Answer?
        hearAnswer = { if $0 == number { answer = $1 } }
        defer { hearAnswer = { _, _ in } }
        // The loop's own patience ends first: it knows how far the connection came.
        let asked = AgentCore.Asked(
            question: number, query: query, patience: patience + .seconds(1))
        let heard = try call({ [.ask(asked)] }, patience: patience) { answer }
        switch heard {
        case .part(let page, _): return page
        case .missing(let error): throw error
        }
    }

    private func call<Value>(
        _ inputs: () throws(AgentError) -> [AgentCore.Input], patience: Duration,
        until result: () -> Value?
    ) throws(AgentError) -> Value {
        lastProgress = uptime
        core.policy.connectPatience = min(
            AgentPolicy().connectPatience, patience / context.endpoints.count)
        do throws(AgentError) {
            try stepAll(inputs())
            try settle()
            while true {
                if let value = result() { return value }
                if case .ended(let error) = outcome { throw error }
                guard uptime - lastProgress < patience else { throw timeout }
                try turn(until: lastProgress + patience)
            }
        } catch {
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

    /// A broker that said welcome is there; one that did not may be anywhere.
    private var timeout: AgentError { error(core.isOpen ? .silent : .unreachable) }

    private func abandon() {
        isSpent = true
        batch = MailBatch()
        news = []
        do throws(AgentError) { try step(.giveUp) } catch { disconnect() }
    }
}
