extension Sequence<UInt8> {
    /// The bytes as hexadecimal digits, lower case, two for each.
    public var hexText: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0x0F)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
