/// What `Socket.send` takes for one part of a message.
public enum MessagePart {
    /// Bytes that are copied once, into libzmq.
    case bytes([UInt8])
    /// Bytes that someone else owns, copied once; they must stay valid until `send` returns.
    case borrowed(UnsafeRawBufferPointer)
    /// A message whose content is shared, not copied: one that was received, or is sent often.
    case message(Message)

    /// A part without content, as envelopes need.
    public static var empty: MessagePart { .bytes([]) }

    /// The UTF-8 of a text.
    public static func text(_ text: String) -> MessagePart { .bytes(Array(text.utf8)) }
}

/// What became of a message that was to be sent.
public enum SendOutcome: Hashable, Sendable {
    /// libzmq has all parts; that says nothing about the peer.
    case sent
    /// No part was taken: the queue is full or nobody is connected. Try again when writable.
    case wouldBlock
    /// No part was taken: no peer has that routing id (ROUTER with `routerMandatory`).
    case unroutable
}
