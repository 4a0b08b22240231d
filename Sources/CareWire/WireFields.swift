public import CareModel
public import Foundation
internal import SwiftProtobuf

/// Reads the fields of a message and says which one cannot be read.
struct FieldReader {
    /// The refusal for a field that says nothing the broker knows.
    static func invalid(_ field: String, _ hint: String) -> Refusal {
        Refusal(.invalidField, "The field \(field) \(hint).")
    }

    static func uuid<ID: UUIDIdentifier>(_ data: Data, _ field: String) throws(Refusal) -> ID {
        guard let id = ID(bytes: data) else { throw invalid(field, "needs 16 bytes") }
        return id
    }

    /// An id that the message makes, not one that it finds.
    static func freshUUID<ID: UUIDIdentifier>(_ data: Data, _ field: String) throws(Refusal) -> ID {
        let id: ID = try uuid(data, field)
        guard id.uuid.isVersion7 else { throw invalid(field, "needs a UUID of version 7") }
        return id
    }

    static func optionalUUID<ID: UUIDIdentifier>(
        _ data: Data, _ field: String
    ) throws(Refusal) -> ID? {
        data.isEmpty ? nil : try uuid(data, field)
    }

    static func code<Code: RawRepresentable<String>>(
        _ text: String, _ field: String
    ) throws(Refusal) -> Code? {
        guard !text.isEmpty else { return nil }
        guard let code = Code(rawValue: text) else {
            throw invalid(field, "holds a code that is not one of CLP-1's")
        }
        return code
    }

    static func mailbox(_ text: String, _ field: String) throws(Refusal) -> Mailbox? {
        guard !text.isEmpty else { return nil }
        guard let mailbox = Mailbox(text) else {
            throw invalid(field, "needs a mailbox: service:NAME or agent:NAME")
        }
        return mailbox
    }

    static func name<Name: NamedIdentifier>(_ text: String, _ field: String) throws(Refusal) -> Name
    {
        guard let name = Name(text) else {
            throw invalid(field, "needs 1 to 64 of a-z, 0-9, - and . with a letter or digit first")
        }
        return name
    }

    static func text(_ text: String, _ field: String) throws(Refusal) -> String {
        guard text.utf8.count <= WireLimits.textByteCountMax else {
            throw invalid(field, "is longer than \(WireLimits.textByteCountMax) bytes")
        }
        return text
    }

    /// Why the glass is broken; nil if nothing was said, and text without a letter says nothing.
    static func words(_ text: String, _ field: String) throws(Refusal) -> String? {
        guard text.utf8.count <= WireLimits.wordsByteCountMax else {
            throw invalid(field, "is longer than \(WireLimits.wordsByteCountMax) bytes")
        }
        return text.contains(where: \.isLetter) ? text : nil
    }

    /// An operator's name, as the machine knows it: comparable, so that two can be told apart.
    static func operatorName(_ text: String, _ field: String) throws(Refusal) -> String {
        let isVisible = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isVisible, (1...WireLimits.operatorByteCountMax).contains(text.utf8.count) else {
            throw invalid(field, "needs a name: 1 to 64 visible ASCII characters without blanks")
        }
        return text
    }

    /// A coded value: never free text, so that it can be logged and audited.
    static func codeText(_ text: String, _ field: String) throws(Refusal) -> String {
        let isCode = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard isCode, (1...64).contains(text.utf8.count) else {
            throw invalid(field, "needs a code: 1 to 64 of a-z, 0-9 and -")
        }
        return text
    }

    static func identifier(
        _ wire: WireBusinessIdentifier, _ field: String
    ) throws(Refusal) -> BusinessIdentifier {
        guard
            max(wire.system.utf8.count, wire.value.utf8.count) <= WireLimits.identifierByteCountMax,
            let identifier = BusinessIdentifier(system: wire.system, value: wire.value)
        else { throw invalid(field, "needs a value, and no more than 256 bytes") }
        return identifier
    }

    static func time(_ milliseconds: Int64) -> Timestamp? {
        milliseconds == 0 ? nil : Timestamp(milliseconds: milliseconds)
    }
}

extension UUIDIdentifier {
    /// The sixteen bytes as protobuf carries them.
    public var data: Data { Data(bytes) }
}

extension Optional where Wrapped: UUIDIdentifier {
    var data: Data { self?.data ?? Data() }
}

extension Optional where Wrapped == Timestamp {
    var wire: Int64 { self?.milliseconds ?? 0 }
}

extension BusinessIdentifier {
    /// The identifier as CLP/1 carries it.
    public var wire: WireBusinessIdentifier {
        WireBusinessIdentifier.with {
            $0.system = system
            $0.value = value
        }
    }
}
