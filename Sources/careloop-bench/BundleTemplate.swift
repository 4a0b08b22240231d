internal import CareFHIR
internal import CareModel

/// Makes referral bundles of one size that differ in their patient and their id.
///
/// Written once and then only changed in place: the measurement is about the broker.
struct BundleTemplate: Sendable {
    /// A bundle cannot be smaller.
    static let byteCountMin = 1_536

    private static let system = "https://bench.example/patients"
    private let bytes: [UInt8]
    private let patientPlaces: [Int]
    private let idPlaces: [Int]

    /// Writes the bundle and fills it up to `byteCount` with narrative.
    init(byteCount: Int) throws(BenchFailure) {
        let bare = try Self.bundle(note: "")
        guard bare.count <= byteCount else {
            throw BenchFailure("A bundle has \(bare.count) bytes at least.")
        }
        bytes = try Self.bundle(note: Self.narrative(byteCount: byteCount - bare.count))
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

    private static func bundle(note: String) throws(BenchFailure) -> [UInt8] {
        let draft = BundleDraft(
            id: placeholder,
            patient: PatientRecord(
                identifiers: [try patient(0)], name: "Bench, Person", birthDate: "1970-01-01"),
            author: Cast.referring, writtenAt: Timestamp(milliseconds: 1_767_225_600_000),
            confidentiality: "N")
        return ReferralBundle(
            draft: draft, reason: "Assessment of a measured problem", service: "Intake",
            note: note
        ).bytes
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
