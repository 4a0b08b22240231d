import CareFHIR
import CareModel
import Testing

/// Short ways to inspect and redact small documents; texts have `'` for quotes.
enum RedactionSample {
    static let labelURL =
        "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label"
    static let patient =
        "{'resourceType':'Patient','id':'p','identifier':[{'system':'urn:mrn','value':'7'}]}"
    static let subject = "'subject':{'reference':'Patient/p'}"
    static let request =
        "{'resourceType':'ServiceRequest','id':'r','status':'active','intent':'order',\(subject)}"

    static func bytes(_ text: String) -> [UInt8] { Array(text.replacing("'", with: "\"").utf8) }

    static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).replacing("\"", with: "'")
    }

    static func bundle(_ resources: [String], type: String = "collection") -> String {
        let entries = resources.map { "{'resource':\($0)}" }.joined(separator: ",")
        return "{'resourceType':'Bundle','type':'\(type)','entry':[\(entries)]}"
    }

    /// A Bundle of resources with their full URLs.
    static func bundle(_ entries: [(url: String, resource: String)]) -> String {
        let entries = entries.map { "{'fullUrl':'\($0.url)','resource':\($0.resource)}" }
        return "{'resourceType':'Bundle','type':'collection','entry':["
            + entries.joined(separator: ",") + "]}"
    }

    /// Why a document is refused; nil if it is accepted.
    static func refusal(_ text: String, kind: String = "request") throws -> InspectionError? {
        try refusal(of: bytes(text), expecting: expectation(kind))
    }

    /// Why a document is refused; nil if it is accepted.
    static func refusal(
        of bytes: [UInt8], expecting expectation: PayloadExpectation
    ) throws -> InspectionError? {
        do throws(InspectionError) {
            _ = try PayloadInspector().inspect(bytes, expecting: expectation)
            return nil
        } catch {
            return error
        }
    }

    /// An inline label, as a member of the element it is about.
    static func inline(_ code: String) -> String {
        "'extension':[{'url':'\(labelURL)','valueCoding':{'system':'\(CodeSystem.actCode)',"
            + "'code':'\(code)'}}]"
    }

    static func sensitivity(_ code: String) -> Coding {
        Coding(system: CodeSystem.actCode, code: code)
    }

    static func expectation(_ kind: String = "request") throws -> PayloadExpectation {
        let patient = try #require(BusinessIdentifier(system: "urn:mrn", value: "7"))
        return PayloadExpectation(patient: patient, kind: kind)
    }

    static func items(
        _ text: String, kind: String = "request", labels: SensitivityTable? = nil
    ) throws -> [ContentItem] {
        try PayloadInspector(labels: labels)
            .inspect(bytes(text), expecting: expectation(kind)).items
    }

    /// The inspected copy.
    static func copy(
        _ text: String, without places: [Int], kind: String = "request", isAdmitted: Bool = false
    ) throws -> String {
        self.text(
            try PayloadInspector().copy(
                of: bytes(text), without: Redaction(places: places, isAdmitted: isAdmitted),
                expecting: expectation(kind)))
    }
}
