public import SwiftProtobuf

extension SwiftProtobuf.Message {
    /// The bytes of a message that was made or read here.
    ///
    /// Nothing can go wrong: proto3 knows no required fields, and no frame comes near the 2 GiB at
    /// which protobuf ends. An empty answer instead would pass for a message that says nothing.
    public var wireBytes: [UInt8] {
        do {
            return try serializedBytes()
        } catch {
            preconditionFailure("a message could not be serialised")
        }
    }
}
