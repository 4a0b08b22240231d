import CareFHIR
import CareModel
import CareWire
import Foundation
import SwiftProtobuf

/// Makes documents about one patient in which everything that names or describes the patient is a
/// word that occurs nowhere else.
enum Chart {
    static let patient = BusinessIdentifier(system: "urn:example:chart", value: "MRN-7Q4Z19X")
    static let name = "Quillfeather"
    static let narrative = "palpitationwhisper"
    /// Words of the condition that not everybody may see.
    static let sensitive = "serostatuswhisper"

    /// What must be on no disk and in no frame that is not meant for it.
    static var marks: [String] { [patient?.value ?? "", name, narrative, sensitive] }

    static var wirePatient: WireBusinessIdentifier {
        .with {
            $0.system = patient?.system ?? ""
            $0.value = patient?.value ?? ""
        }
    }

    /// A referral; with a condition, one that arrives without any label.
    static func referral(withCondition: Bool = false) -> [UInt8] {
        let reason =
            withCondition
            ? #","reasonReference":[{"reference":"\#(id(3))","display":"\#(sensitive) status"}]"#
            : ""
        return bundle(
            #"{"resourceType":"ServiceRequest","status":"active","intent":"order",\#(subject),"#
                + #""code":\#(concept("306206005")),"reasonCode":[{"#
                + #""coding":[{"system":"http://snomed.info/sct","code":"80313002"}],"#
                + #""text":"\#(narrative)"}]\#(reason)}"#,
            withCondition)
    }

    /// What somebody writes back.
    static func note(_ text: String, withCondition: Bool = false) -> [UInt8] {
        bundle(
            #"{"resourceType":"Observation","status":"final",\#(subject),"#
                + #""code":\#(concept("308273005")),"note":[{"text":"\#(text)"}]}"#, withCondition)
    }

    /// A directive that permits coordination of care to some, perhaps without labelled content.
    static func permit(_ organisations: String..., except labels: String...) -> [UInt8] {
        directive(.permit, organisations, labels)
    }

    private static func directive(
        _ effect: ConsentEffect, _ organisations: [String], _ labels: [String]
    ) -> [UInt8] {
        guard let patient else { return [] }
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let codings = labels.map { label in
            let system = "UVLMNR".contains(label) ? "v3-Confidentiality" : "v3-ActCode"
            return Coding(system: "http://terminology.hl7.org/CodeSystem/\(system)", code: label)
        }
        return ConsentBuilder(
            patient: patient, effect: effect, organisations: organisations.compactMap { .init($0) },
            agreedAt: now, exceptLabels: codings
        ).bytes
    }

    private static func id(_ number: Int) -> String {
        "urn:uuid:00000000-0000-4000-8000-00000000000\(number)"
    }

    /// Without a code nobody can tell what something is not, and rules about labels keep it back.
    private static func concept(_ code: String) -> String {
        #"{"coding":[{"system":"http://snomed.info/sct","code":"\#(code)"}]}"#
    }

    private static var subject: String { #""subject":{"reference":"\#(id(1))"}"# }

    private static func bundle(_ resource: String, _ withCondition: Bool) -> [UInt8] {
        var entries = [
            #"{"resourceType":"Patient","identifier":[{"system":"\#(wirePatient.system)","#
                + #""value":"\#(wirePatient.value)"}],"name":[{"family":"\#(name)"}]}"#,
            resource,
        ]
        if withCondition {
            entries.append(
                #"{"resourceType":"Condition",\#(subject),"code":\#(concept("86406008")),"#
                    + #""note":[{"text":"\#(sensitive)"}]}"#)
        }
        let all = entries.enumerated().map { place, resource in
            #"{"fullUrl":"\#(id(place + 1))","resource":\#(resource)}"#
        }
        return Array(
            #"{"resourceType":"Bundle","type":"collection","entry":[\#(all.joined(separator: ","))]}"#
                .utf8)
    }
}
