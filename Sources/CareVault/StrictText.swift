internal import Foundation

/// Reads numbers and base64 that have one way to be written, so that equal values are equal texts.
enum StrictText {
    /// A whole number in decimal digits without leading zeros; nil for anything else.
    static func integer(_ text: some StringProtocol) -> Int64? {
        guard let number = Int64(text), String(number).utf8.elementsEqual(text.utf8) else {
            return nil
        }
        return number
    }

    /// Base64 of RFC 4648, section 4, padded and with zero trailing bits; nil for anything else.
    static func base64(_ text: String) -> [UInt8]? {
        guard let data = Data(base64Encoded: text),
            data.base64EncodedString().utf8.elementsEqual(text.utf8)
        else { return nil }
        return Array(data)
    }

    /// Writes base64 of RFC 4648, section 4.
    static func base64(of bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }
}
