import Testing

/// Modules whose functions depend on their arguments only (ARCHITECTURE: pure core).
private let pureModules = ["CareModel", "CareConsent", "CareCore"]

private let platformImports = Pattern(
    #"^[^\n]*\bimport\s+(?:\w+\s+)?(?:Foundation\w*|Glibc|Musl|Darwin|Dispatch|Synchronization)\b"#,
    "imports the platform")

private let clocks = Pattern(
    #"\bDate\s*\(|\bDate\.now\b|\b(?:Continuous|Suspending)Clock\b|\bDispatchTime\b"#
        + #"|\b(?:clock_gettime|gettimeofday|mach_absolute_time)\b"#,
    "reads a clock")

/// The system's chance.
///
/// A generator that came in as an input (`using:`, or its own method) is pure.
private let randomness = Pattern(
    #"(?:\b[A-Z]\w*\.random\s*\(|\.random\s*\(\s*in:|\.randomElement\s*\(|\.shuffled?\s*\()"#
        + #"(?![^)]*\busing:)|\bSystemRandomNumberGenerator\b"#
        + #"|\bUUID\s*\(\s*\)|\barc4random\w*"#,
    "uses randomness")

private let locks = Pattern(
    #"\bMutex\b|\bNS(?:Recursive)?Lock\b|\bAtomic\s*<|\bpthread_\w+|\bos_unfair_lock\b"#
        + #"|\bDispatch(?:Queue|Semaphore)\b"#,
    "uses a lock or a queue")

private let concurrency = Pattern(
    #"\basync\b|\bawait\b|\bTask\s*[<{]|\bTask\.(?:detached|sleep|yield|isCancelled)\b"#
        + #"|^[ \t]*(?:public |package |private )*actor\s+[A-Z]\w*\s*[:{<]"#,
    "is asynchronous")

private let inputOutput = Pattern(
    #"\bprint\s*\(|\bFile(?:Manager|Handle)\b|\bgetenv\b|\bProcessInfo\b"#,
    "does input or output")

private let impurities = [platformImports, clocks, randomness, locks, concurrency, inputOutput]

@Suite("Pure modules stay pure")
struct PurityTests {
    @Test("CareModel, CareConsent and CareCore use no clock, chance, lock, async or Foundation")
    func pureModulesStayPure() throws {
        let files = pureModules.flatMap(Repository.sources(of:))
        let found = try findings(of: impurities, inCodeOf: files)
        let report = found.report(
            "Pass it in: time, random values and what the store holds are inputs of the core.")
        #expect(found.isEmpty, "\(report)")
    }

    @Test("there are pure modules to look at", arguments: pureModules)
    func pureModuleHasFiles(module: String) {
        #expect(!Repository.sources(of: module).isEmpty)
    }

    @Test(
        "the rule finds each impurity",
        arguments: [
            ("import Foundation", "imports the platform"),
            ("public import FoundationEssentials", "imports the platform"),
            ("import struct Foundation.Date", "imports the platform"),
            ("internal import Synchronization", "imports the platform"),
            ("let now = Date()", "reads a clock"),
            ("let now = Date.now", "reads a clock"),
            ("let clock = ContinuousClock()", "reads a clock"),
            ("let jitter = Int.random(in: 0..<9)", "uses randomness"),
            ("let jitter: Int = .random(in: 0..<9)", "uses randomness"),
            ("let coin = Bool.random()", "uses randomness"),
            ("items.shuffle()", "uses randomness"),
            ("var generator = SystemRandomNumberGenerator()", "uses randomness"),
            ("let id = UUID()", "uses randomness"),
            ("let state = Mutex(0)", "uses a lock or a queue"),
            ("let count = Atomic<Int>(0)", "uses a lock or a queue"),
            ("func load() async throws {}", "is asynchronous"),
            ("let x = \"\\(await load())\"", "is asynchronous"),
            ("Task { work() }", "is asynchronous"),
            ("public actor Broker {", "is asynchronous"),
            ("print(state)", "does input or output"),
        ])
    func findsImpurity(code: String, problem: String) throws {
        let file = SourceFile(path: "Sample.swift", text: "// A line before.\n\(code)\n")
        let found = try findings(of: impurities, inCodeOf: [file])
        #expect(found == [Finding(path: "Sample.swift", line: 2, problem: problem)])
    }

    @Test(
        "the rule leaves prose and the words of the field alone",
        arguments: [
            "// Later than any Date(), read without await or Mutex.",
            "/* import Foundation */",
            "let message = \"await Date() and Task {\"",
            "let actor: Actor = .recipient",
            "case task(TaskStatus), awaitingInformation",
            "let dueDate = LocalDate(text)",
            "let jitter = step.random() % span",
            "let jitter = Int.random(in: 0..<9, using: &step.generator)",
        ])
    func leavesProseAlone(code: String) throws {
        let file = SourceFile(path: "Sample.swift", text: code)
        #expect(try findings(of: impurities, inCodeOf: [file]).isEmpty)
    }
}
