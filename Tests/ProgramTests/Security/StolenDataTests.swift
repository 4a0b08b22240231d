import CareModel
import CareWire
import Foundation
import Testing

@Suite("Stolen and tampered data directories", .serialized)
struct StolenDataTests {
    /// A broker's data directory after some work, its broker stopped; and a folder for copies.
    private let broker: BrokerProcess
    private let folder: TemporaryFolder

    init() throws {
        broker = try BrokerProcess(
            "stolen", environment: ["CARELOOPD_AUDIT_CHECKPOINT_SECONDS": "1"])
        folder = try TemporaryFolder()
        try broker.start()
        let keys = try broker.enrol("desk", organisation: "lakeside", roles: [.referrer])
        _ = try broker.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
        let desk = try WireAgent("desk", keys: keys, broker: broker)
        try desk.open()
        try desk.record(Chart.permit("northside"), as: Sample.uuid())
        try desk.refer(to: "cardiology", Chart.referral(withCondition: true))
        #expect(broker.stop() == 0)
    }

    private func copy(_ name: String = "copy") throws -> String {
        let path = "\(folder.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        for file in try FileManager.default.contentsOfDirectory(atPath: broker.directory) {
            let source = "\(broker.directory)/\(file)"
            let type = try FileManager.default.attributesOfItem(atPath: source)[.type]
            guard type as? FileAttributeType == .typeRegular else { continue }
            try FileManager.default.copyItem(atPath: source, toPath: "\(path)/\(file)")
        }
        return path
    }

    @Test("a copy of the data tells nothing, and other keys do not open it")
    func stolenCopy() throws {
        let copy = try copy()
        let words = Chart.marks + ["urn:example:chart", "86406008"]
        let search = try Haystack.search(copy, for: words)
        #expect(search.found == [] && search.fileCount > 1)

        // The thief's own broker has keys, but not these.
        let other = "\(folder.path)/other"
        let endpoints = ["--control", "ipc://\(other)/ctl", "--events", "ipc://\(other)/evt"]
        #expect(
            try Operated.run(
                "init", endpoints[0], endpoints[1], endpoints[2], endpoints[3],
                on: other
            ).status == 0)
        for keys in ["\(other)-keys", "\(folder.path)/nowhere"] {
            let started = try Operated.run(
                "run", on: copy,
                environment: [
                    "CARELOOPD_KEYS_DIRECTORY": keys,
                    "CARELOOPD_CONTROL_ENDPOINT": "ipc://\(copy)/ctl",
                    "CARELOOPD_EVENTS_ENDPOINT": "ipc://\(copy)/evt",
                    "CARELOOPD_ADMIN_SOCKET": "\(copy)/admin.sock",
                ])
            #expect(started.status == 1)
            #expect(!started.complaint.contains("ready: agents at"))
            #expect(started.complaint.contains("key"), "it says what is missing")
        }
    }

    @Test("an event that was changed in the file is found, and a sound log is not blamed")
    func tamperedLog() throws {
        #expect(try Operated.run("audit", "verify", on: broker.directory).status == 0)
        let words = Data("agent desk".utf8)
        var changed = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: broker.directory) {
            let path = "\(broker.directory)/\(file)"
            guard file.contains("db") || file.contains("sqlite"),
                var bytes = FileManager.default.contents(atPath: path)
            else { continue }
            while let range = bytes.range(of: words) {
                bytes.replaceSubrange(range, with: Data("agent dusk".utf8))
                changed += 1
            }
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.write(contentsOf: bytes)
            try handle.close()
        }
        #expect(changed > 0, "the event was not found in the file")
        let verified = try Operated.run("audit", "verify", on: broker.directory)
        #expect(verified.status == 1, "\(verified.output) \(verified.complaint)")
    }

    @Test("an older copy put back is found with a checkpoint that was kept elsewhere")
    func olderCopy() throws {
        let older = try copy("older")
        try broker.start()
        _ = try broker.enrol("late", organisation: "lakeside", roles: [.referrer])
        #expect(broker.stop() == 0)
        let checkpoint = try Operated.run("audit", "checkpoint", on: broker.directory)
        #expect(checkpoint.status == 0)
        let kept = try folder.write(checkpoint.output, to: "kept")
        let keys = ["CARELOOPD_KEYS_DIRECTORY": "\(broker.directory)-keys"]
        let alone = try Operated.run("audit", "verify", on: older, environment: keys)
        #expect(alone.status == 0, "by itself an older copy is sound")
        let verified = try Operated.run(
            "audit", "verify", "--from-checkpoint", kept, on: older, environment: keys)
        #expect(verified.status == 1, "\(verified.output) \(verified.complaint)")
        let present = try Operated.run(
            "audit", "verify", "--from-checkpoint", kept, on: broker.directory)
        #expect(present.status == 0)
    }
}
