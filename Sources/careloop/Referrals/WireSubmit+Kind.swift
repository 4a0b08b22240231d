internal import CareModel
internal import CareWire
internal import Foundation

extension WireSubmit {
    /// Begins a message with a fresh id.
    init(kind: MessageKind) {
        self.init()
        messageID = Machine.freshID(MessageID.self).data
        self.kind = kind.name
    }
}
