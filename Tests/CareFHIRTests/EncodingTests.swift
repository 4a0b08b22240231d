import CareFHIR
import CareFixtures
import CareModel
import Foundation
import Testing

@Suite("Texts that are not plain UTF-8 are named as what they are")
struct EncodingTests {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let text = RedactionSample.bundle([
        RedactionSample.patient, RedactionSample.request,
    ]).replacing("'", with: "\"")

    private func message(_ bytes: [UInt8]) throws -> String? {
        let refusal = try RedactionSample.refusal(
            of: bytes, expecting: RedactionSample.expectation())
        #expect(refusal == nil || refusal?.code == .notJSON)
        return refusal?.message
    }

    @Test("the text itself is accepted, with spaces around and letters beyond ASCII")
    func plain() throws {
        #expect(try message(Array(Self.text.utf8)) == nil)
        #expect(try message(Array(" \r\n\t\(Self.text)\r\n ".utf8)) == nil)
        // Within a string it is a character like others.
        let name = "\"name\":[{\"family\":\"\u{FEFF}Žižková\"}]"
        let named = Self.text.replacing("\"id\":\"p\"", with: "\"id\":\"p\",\(name)")
        #expect(try message(Array(named.utf8)) == nil)
    }

    @Test(
        "UTF-16 and UTF-32 are named, with a mark and without",
        arguments: [
            String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32,
            .utf32LittleEndian, .utf32BigEndian,
        ])
    func wide(encoding: String.Encoding) throws {
        let data = try #require(Self.text.data(using: encoding))
        #expect(try message(Array(data))?.contains("UTF-16 or UTF-32") == true)
    }

    @Test("a byte order mark is named where it stands")
    func marks() throws {
        let bytes = Array(Self.text.utf8)
        #expect(try message(Self.mark + bytes)?.contains("begins with a byte order mark") == true)
        for bytes in [
            Self.mark + Self.mark + bytes, bytes + Self.mark, bytes + [0x0A] + Self.mark + bytes,
            [0x20] + Self.mark + bytes,
        ] {
            #expect(try message(bytes)?.contains("byte order mark") == true)
        }
    }

    @Test("zero bytes and further documents are named")
    func trailing() throws {
        let bytes = Array(Self.text.utf8)
        #expect(try message(bytes + [0, 0, 0])?.contains("zero") == true)
        #expect(try message(bytes + [0x0A, 0x1A])?.contains("not JSON") == true)
        let lines = bytes + [0x0A] + bytes + [0x0A]
        #expect(try message(lines)?.contains("lines of several") == true)
        #expect(try message([]) == "The document is not JSON (byte 0). Send valid JSON.")
        #expect(try message(Self.mark)?.contains("byte order mark") == true)
        #expect(try message([0, 0, 0, 0]) != nil)
    }

    @Test("people's documents are read by the same rules")
    func readers() throws {
        let bytes = try FixtureFolder.bytes("field/18-refer-bom.json")
        let summary = #expect(throws: InspectionError.self) {
            try DocumentSummary(of: bytes, at: .noon)
        }
        let patient = #expect(throws: InspectionError.self) {
            try PatientSummary(of: bytes, at: .noon)
        }
        for error in [summary, patient] {
            #expect(error?.message.contains("byte order mark") == true)
        }
    }
}
