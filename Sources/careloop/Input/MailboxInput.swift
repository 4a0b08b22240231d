internal import CareModel

extension Mailbox {
    /// Reads a mailbox as people type it: `service:` may be left out.
    ///
    /// - Throws: a usage failure for what can be no mailbox.
    init(typed text: String, option: String) throws(CommandFailure) {
        if let mailbox = Mailbox(text) {
            self = mailbox
        } else if let service = ServiceID(text) {
            self = .service(service)
        } else {
            throw .usage(
                "\(option) \(text) is no mailbox. Write service:NAME or agent:NAME; "
                    + "see `careloop directory`.")
        }
    }

    /// The mailbox as people say it: services without their prefix.
    var spoken: String {
        switch self {
        case .service(let service): service.name
        case .agent: description
        }
    }

    /// A mailbox of the wire as people say it.
    static func spoken(_ text: String) -> String { Mailbox(text)?.spoken ?? text }
}
