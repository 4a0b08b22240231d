import CZeroMQ

/// A type that can stand for the bytes of a libzmq option.
public protocol SocketOptionValue: Sendable {
    /// The room, in bytes, that reading the option takes.
    static var optionByteLimit: Int { get }

    /// Makes a value of the bytes libzmq gave; nil when they do not fit.
    init?(optionBytes: UnsafeRawBufferPointer)

    /// Lends the bytes libzmq takes; nil, without calling `body`, when the value has none.
    func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32?
}

extension SocketOptionValue where Self: FixedWidthInteger {
    /// The width of the integer.
    public static var optionByteLimit: Int { MemoryLayout<Self>.size }

    /// Reads an integer of the machine's byte order.
    public init?(optionBytes: UnsafeRawBufferPointer) {
        guard optionBytes.count == MemoryLayout<Self>.size else { return nil }
        self = optionBytes.loadUnaligned(as: Self.self)
    }

    /// Lends the integer's bytes.
    public func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32? {
        withUnsafeBytes(of: self, body)
    }
}

extension Int32: SocketOptionValue {}
extension Int64: SocketOptionValue {}

extension Bool: SocketOptionValue {
    /// The width of a C `int`.
    public static var optionByteLimit: Int { Int32.optionByteLimit }

    /// Reads a C `int`; anything but zero is true.
    public init?(optionBytes: UnsafeRawBufferPointer) {
        guard let number = Int32(optionBytes: optionBytes) else { return nil }
        self = number != 0
    }

    /// Lends a C `int` of 0 or 1.
    public func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32? {
        (self ? Int32(1) : 0).withOptionBytes(body)
    }
}

extension Duration: SocketOptionValue {
    /// The width of a C `int`.
    public static var optionByteLimit: Int { Int32.optionByteLimit }

    /// Reads milliseconds; nil for libzmq's "no limit" (-1).
    public init?(optionBytes: UnsafeRawBufferPointer) {
        guard let count = Int32(optionBytes: optionBytes), count >= 0 else { return nil }
        self = .milliseconds(count)
    }

    /// Lends whole milliseconds, rounded up; nil when negative or over 24 days.
    public func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32? {
        guard self >= .zero, let count = Int32(exactly: milliseconds) else { return nil }
        return count.withOptionBytes(body)
    }

    /// Whole milliseconds, rounded up so that a short wait does not become none.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let millisecond: Int64 = 1_000_000_000_000_000
        guard !overflow, product < Int64.max - 1000 else { return Int64.max }
        return product + (attoseconds + millisecond - 1) / millisecond
    }
}

extension String: SocketOptionValue {
    /// Longer than any endpoint or domain.
    public static var optionByteLimit: Int { 1024 }

    /// Reads UTF-8 up to the closing zero byte.
    public init?(optionBytes: UnsafeRawBufferPointer) {
        self.init(validating: optionBytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Lends UTF-8 without a closing zero byte; nil when there is a zero byte inside.
    public func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32? {
        guard !utf8.contains(0) else { return nil }
        return Array(utf8).withUnsafeBytes(body)
    }
}

extension [UInt8]: SocketOptionValue {
    /// Longer than any routing id.
    public static var optionByteLimit: Int { 256 }

    /// Copies the bytes.
    public init?(optionBytes: UnsafeRawBufferPointer) {
        self.init(optionBytes)
    }

    /// Lends the bytes.
    public func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32? {
        withUnsafeBytes(body)
    }
}
