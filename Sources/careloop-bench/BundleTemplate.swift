internal import CareFHIR
internal import CareModel

/// Makes referral bundles of one size that differ in their patient and their id.
///
/// Written once and then only changed in place: the measurement is about the broker.
struct BundleTemplate: Sendable {
    /// A bundle without observations cannot be smaller.
    static let byteCountMin = 1_536

    /// A bundle with so many observations cannot be smaller.
    static func byteCountMin(observationCount: Int) -> Int {
        byteCountMin + observationCount * observationByteCountMin
    }

    private static let observationByteCountMin = 400

    private static let system = "https://bench.example/patients"
    private let bytes: [UInt8]
    private let patientPlaces: [Int]
    private let idPlaces: [Int]

    /// Writes the bundle and fills it up to `byteCount` with narrative.
    init(byteCount: Int, observationCount: Int = 0) throws(BenchFailure) {
        let empty = try Self.bundle(note: "", Array(repeating: "", count: observationCount))
        let missing = byteCount - empty.count
        guard missing >= 0 else {
            throw BenchFailure("A bundle has \(empty.count) bytes at least.")
        }
        // Observations take the most of it, all alike, and the note takes the rest.
        let share = observationCount > 0 ? missing / observationCount : 0
        let values = Array(repeating: Self.narrative(byteCount: share), count: observationCount)
        let note = Self.narrative(byteCount: missing - share * observationCount)
        bytes = try Self.bundle(note: note, values)
        patientPlaces = Self.places(of: Array(Self.patientValue(0).utf8), in: bytes)
        idPlaces = Self.places(of: Array(Self.placeholder.description.utf8), in: bytes)
        guard bytes.count == byteCount, !patientPlaces.isEmpty, idPlaces.count == 1 else {
            throw BenchFailure("The bundle could not be brought to \(byteCount) bytes.")
        }
    }

    /// The identifier of a patient; all have the same length.
    static func patient(_ number: Int) throws(BenchFailure) -> BusinessIdentifier {
        guard let patient = BusinessIdentifier(system: system, value: patientValue(number)) else {
            throw BenchFailure("A patient has no identifier.")
        }
        return patient
    }

    /// The bundle about a patient.
    func bundle(aboutPatient number: Int, id: UUIDBytes) -> [UInt8] {
        var copy = bytes
        let value = Self.patientValue(number).utf8
        for place in patientPlaces {
            copy.replaceSubrange(place..<place + value.count, with: value)
        }
        let name = id.description.utf8
        for place in idPlaces { copy.replaceSubrange(place..<place + name.count, with: name) }
        return copy
    }

    private static let placeholder = UUIDBytes(
        version7At: Timestamp(milliseconds: 0), random: (0, 0))

    private static func patientValue(_ number: Int) -> String {
        let digits = String(number)
        return "BENCH-" + String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    }

    private static func bundle(
        note: String, _ values: [String]
    ) throws(BenchFailure) -> [UInt8] {
        let draft = BundleDraft(
            id: placeholder,
            patient: PatientRecord(
                identifiers: [try patient(0)], name: "Bench, Person", birthDate: "1970-01-01"),
            author: Cast.referring, writtenAt: Timestamp(milliseconds: 1_767_225_600_000),
            confidentiality: "N")
        let request = ReferralBundle(
            draft: draft, reason: "Assessment of a measured problem", service: "Intake",
            note: note
        ).bytes
        // A bundle of an agent ends with its entries.
        return request.dropLast(2) + values.flatMap { observation($0).utf8 } + "]}".utf8
    }

    /// An entry, with the comma before it.
    private static func observation(_ value: String) -> String {
        """
        ,{"resource":{"resourceType":"Observation","meta":{"security":[{"system":\
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]},"status":"final",\
        "code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"subject":{"identifier":\
        {"system":"\(system)","value":"\(patientValue(0))"}},"valueString":"\(value)"}}
        """
    }

    /// Prose of exactly so many bytes that JSON need not escape.
    private static func narrative(byteCount: Int) -> String {
        let sentence = "Seen today; stable since the last visit, further assessment is asked for. "
        let whole = String(repeating: sentence, count: byteCount / sentence.utf8.count + 1)
        return String(whole.prefix(byteCount))
    }

    private static func places(of pattern: [UInt8], in bytes: [UInt8]) -> [Int] {
        var places: [Int] = []
        var start = 0
        while start + pattern.count <= bytes.count {
            let part = bytes[start..<start + pattern.count]
            if part.first == pattern.first, part.elementsEqual(pattern) {
                places.append(start)
                start += pattern.count
            } else {
                start += 1
            }
        }
        return places
    }
}
