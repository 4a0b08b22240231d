internal import CareModel

extension ReasonSet {
    /// Reads a coded reason.
    ///
    /// - Throws: a usage failure that lists the codes if `text` is none of them.
    func reason(_ text: String, option: String = "--reason") throws(CommandFailure) -> ReasonCode {
        let reason = ReasonCode(text)
        guard contains(reason) else {
            throw .usage("\(option) \(text) is not known here. \(choices(option))")
        }
        return reason
    }

    /// Reads a coded reason that must be given.
    func required(_ text: String?, option: String = "--reason") throws(CommandFailure) -> ReasonCode
    {
        guard let text else { throw .usage("\(option) is missing. \(choices(option))") }
        return try reason(text, option: option)
    }

    /// A coded reason for the help: all codes in a row.
    var list: String { codes.joined(separator: ", ") }

    private func choices(_ option: String) -> String { "Give \(option) with one of: \(list)." }
}
