import CareModel
import CareTestKit
import Testing

@Suite("Bytes as hexadecimal digits")
struct HexTextTests {
    @Test("every byte is written in two digits and read back, in either case")
    func roundTrip() {
        let all = (0...255).map { UInt8($0) }
        let text = all.hexText
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff") && text.utf8.count == 512)
        #expect(HexText.bytes(text) == all)
        #expect(HexText.bytes(text.uppercased()) == all)
        #expect(HexText.bytes("") == [])
    }

    @Test("anything else is none", arguments: ["0", "0g", "0x00", " 00", "00 ", "٠٠", "000"])
    func refuses(text: String) { #expect(HexText.bytes(text) == nil) }
}
