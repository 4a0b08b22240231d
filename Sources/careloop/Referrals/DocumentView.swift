internal import CareFHIR
internal import CareModel

/// Is a document as people and scripts see it.
struct DocumentView {
    /// The words of it; its size where it has none that can be shown.
    let lines: [String]
    /// The beginning, for a list of many.
    let preview: [String]
    /// What changes the meaning of something in it.
    let remarks: [DocumentSummary.Remark]

    /// How many lines a preview has at most, and one that says how many more there are.
    static let previewLineCount = 4

    /// Reads a document as it stands at that time.
    init(_ payload: Payload, at time: ShowingTime) {
        do throws(InspectionError) {
            let summary = try DocumentSummary(of: payload.bytes, at: time)
            lines = summary.lines
            let (shown, rest) = summary.preview(Self.previewLineCount)
            preview = shown + (rest.map { ["(\($0); see them with --open)"] } ?? [])
            remarks = summary.remarks
        } catch {
            lines = ["(\(payload.byteCount) bytes that cannot be shown: \(error.code.rawValue))"]
            preview = lines
            remarks = []
        }
    }

    /// Lines of a document laid out for a terminal; those with a caveat are painted.
    static func paint(_ lines: [String], width: Int?, style: Style) -> [String] {
        lines.flatMap { line in
            let tone: Tone = DocumentSummary.isMarked(line) ? .bad : .plain
            return "  \(line)".wrapped(to: width).map { style.paint($0, tone) }
        }
    }

    /// What has to be known of the message itself, such as that what it asks for is not to be done,
    /// each with what it is about: one of several requests must not speak for the others.
    static func words(of remarks: [DocumentSummary.Remark]) -> String {
        var words: [String] = []
        for remark in remarks where subjects.contains(remark.type) {
            let about = remark.title.map { " (\($0))" } ?? ""
            let said = remark.caveat.says + about
            if !words.contains(said) { words.append(said) }
        }
        return words.joined(separator: "; ")
    }

    /// The types that say what a message is for.
    private static let subjects: Set = [
        "ServiceRequest", "Task", "Appointment", "Communication", "CommunicationRequest",
        "Composition", "DiagnosticReport", "ClinicalImpression", "Bundle",
    ]
}
