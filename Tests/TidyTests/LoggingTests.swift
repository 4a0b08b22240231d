import Foundation
import Testing

/// The call of a log method, by any name a logger has here.
private let logCall = Pattern(
    #"\b(?:\w*[lL]ogger|log)\.(?:trace|debug|info|notice|warning|error|critical|log)\s*\("#,
    "logs")

/// Words for what belongs to a patient.
///
/// A log call may not mention them in an interpolation or in any other expression: logs go where
/// patient data may not. Counts and sizes are allowed.
private let patientWords = [
    // The person: names, birth, death, sex, address, contact.
    #"\bpatient\w*"#, #"\w+\.patient\w*"#, #"\bname\b"#, #"\bnames\b"#, #"\bfamily\w*"#,
    #"\bgiven\w*"#, #"\w*[bB]irth\w*"#, #"\bdeceased\w*"#, #"\bgender\b"#, #"\btelecom\b"#,
    #"\b(?:home|postal)Address\w*"#, #"\bphone\w*"#, #"\bemail\w*"#,
    // What identifies them: national and local numbers, business identifiers, local aliases.
    #"\bidentifiers?\b"#, #"\bnhsNumber\b"#, #"\bmrn\b"#, #"\bssn\b"#, #"\balias\b"#,
    // What is said about them: documents, notes, free text.
    #"\bpayload\b(?!\s*\.\s*(?:count|byteCount|isEmpty)\b)"#, #"\bbundle\b"#, #"\bnarrative\b"#,
    #"\bfreeText\b"#, #"\bnoteText\b"#, #"\bcomment\b"#, #"\bdiagnos\w+"#, #"\bclinical\w*"#,
    // What opens it.
    #"\bsecretKey\b"#, #"\bprivateKey\b"#, #"\btopicKey\b"#, #"\bdataKey\b"#, #"\bmasterKey\b"#,
]

private let mentions = Pattern(patientWords.joined(separator: "|"), "logs what is a patient's")

/// A metadata key that promises patient data, whatever its value is called.
private let metadataKeys = Pattern(
    #""(?:patient\w*|name|birth\w*|identifier|nhsNumber|mrn|payload|bundle|note|comment)"\s*:"#,
    "logs metadata of a patient")

private func leaks(in files: [SourceFile]) throws -> [Finding] {
    try files.flatMap { file in
        try logCall.matches(in: file.code).flatMap { call in
            let range = callRange(in: file.code as NSString, from: call.range.location)
            let code = (file.code as NSString).substring(with: range)
            let raw = text(of: file, lines: call.line, count: code.split(separator: "\n").count)
            let found =
                try mentions.matches(in: code).map { ($0.line, mentions.problem) }
                + metadataKeys.matches(in: raw).map { ($0.line, metadataKeys.problem) }
            return found.map { Finding(path: file.path, line: call.line + $0 - 1, problem: $1) }
        }
    }
}

/// From the call's first letter to the parenthesis that closes it.
private func callRange(in code: NSString, from start: Int) -> NSRange {
    var depth = 0
    for index in start..<code.length {
        switch code.character(at: index) {
        case 0x28: depth += 1
        case 0x29 where depth == 1: return NSRange(location: start, length: index + 1 - start)
        case 0x29: depth -= 1
        default: break
        }
    }
    return NSRange(location: start, length: code.length - start)
}

private func text(of file: SourceFile, lines first: Int, count: Int) -> String {
    file.lines.dropFirst(first - 1).prefix(count).joined(separator: "\n")
}

@Suite("Logs hold nothing of a patient")
struct LoggingTests {
    @Test("no log call mentions a patient's data or a key")
    func logsHoldNoPatientData() throws {
        let found = try leaks(in: Repository.sources)
        let report = found.report(
            "Log the message id, the referral id or a code. If it is no patient's, rename it.")
        #expect(found.isEmpty, "\(report)")
    }

    @Test(
        "the rule finds patient words in log calls",
        arguments: [
            #"logger.info("for \(patient.id)")"#,
            #"logger.warning("for \(envelope.patientReference)")"#,
            #"self.logger.debug("x", metadata: ["id": "\(identifier)"])"#,
            #"auditLogger.error("\(person.name)")"#,
            #"logger.error("\(birthDate)")"#,
            #"logger.trace("\(message.payload)")"#,
            #"logger.log(level: .info, "\(note.freeText)")"#,
            #"logger.info("x", metadata: ["patient": "\(id)"])"#,
            #"log.notice("key \(secretKey)")"#,
        ])
    func findsLeak(code: String) throws {
        let file = SourceFile(path: "Sample.swift", text: "\n" + code)
        let found = try leaks(in: [file])
        #expect(found.map(\.line) == [2])
    }

    @Test("the rule reads a call to its end")
    func findsLeakOnLaterLine() throws {
        let code = "logger.info(\n    \"accepted\",\n    metadata: [\"who\": \"\\(givenName)\"])\n"
        let found = try leaks(in: [SourceFile(path: "Sample.swift", text: code)])
        #expect(found.map(\.line) == [3])
    }

    @Test(
        "the rule accepts ids, codes, sizes and its words in plain text",
        arguments: [
            #"logger.info("a patient's referral \(referral.id) moved")"#,
            #"logger.debug("took \(payload.count) bytes")"#,
            #"logger.error("refused: \(error.code)")"; let name = patient.name"#,
            #"let text = "\(patient.name)""#,
        ])
    func acceptsHarmless(code: String) throws {
        #expect(try leaks(in: [SourceFile(path: "Sample.swift", text: code)]).isEmpty)
    }
}
