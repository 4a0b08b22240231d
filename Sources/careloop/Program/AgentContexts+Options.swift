internal import CareAgent

extension AgentContexts {
    /// Reads the context that the options name, or else the current one; it acts for whom they name.
    func chosen(_ options: GlobalOptions) throws(CommandFailure) -> AgentContext {
        guard options.context != nil || current != nil else {
            throw CommandFailure(
                .refused, "unusable-context",
                "There is no context yet. Make one with `careloop init`, "
                    + "or choose one with `careloop context use NAME`.")
        }
        do throws(AgentError) {
            var context = try load(options.context)
            context.actingFor = options.person ?? context.actingFor
            return context
        } catch {
            throw CommandFailure(error)
        }
    }
}
