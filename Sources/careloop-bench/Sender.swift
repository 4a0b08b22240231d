internal import CareFHIR
internal import CareModel
internal import CareWire
internal import Foundation
internal import SwiftProtobuf

/// Submits a pass's messages.
///
/// Belongs to the thread that made it.
struct Sender {
    private let connection: Connection
    private let workload: Workload
    private let clock: BenchClock
    private let progress: Progress
    private var names = MessageNames()
    private var consentIDs: [UUIDBytes] = []

    /// When each message was submitted, by index.
    private(set) var submittedAt: [UInt64]

    /// Consent directives without a receipt at most.
    private static let consentWindow = 256

    init(_ connection: Connection, _ workload: Workload, _ clock: BenchClock, _ progress: Progress)
    {
        self.connection = connection
        self.workload = workload
        self.clock = clock
        self.progress = progress
        submittedAt = Array(repeating: 0, count: workload.count)
    }

    /// Records a directive for every patient, or its next version.
    mutating func recordConsents(_ wish: Wish) throws {
        if consentIDs.isEmpty {
            let now = BenchClock.wall
            consentIDs = (0..<workload.patientCount).map { _ in names.id(at: now) }
        }
        var sent = 0
        var receipted = 0
        while receipted < workload.patientCount {
            while sent < workload.patientCount, sent - receipted < Self.consentWindow {
                try record(wish, ofPatient: sent)
                sent += 1
            }
            receipted += try acceptedCount()
        }
    }

    /// Submits every message, never more than the window ahead of the receipts.
    mutating func submitAll() throws {
        let template = try BundleTemplate(
            byteCount: workload.payloadByteCount, observationCount: workload.observationCount)
        var sent = 0
        var receipted = 0
        while receipted < workload.count {
            while sent < workload.count, sent - receipted < workload.window {
                submittedAt[sent] = clock.nanoseconds
                try submit(sent, template)
                sent += 1
            }
            receipted += try acceptedCount()
        }
    }

    private mutating func submit(_ index: Int, _ template: BundleTemplate) throws {
        let now = BenchClock.wall
        let patient = workload.patient(of: index)
        let identifier = try BundleTemplate.patient(patient)
        let id = names.id(of: index, at: now)
        let envelope = WireSubmit.with {
            $0.messageID = Data(id.bytes)
            $0.kind = ReferralMove.request.rawValue
            $0.referralID = Data(names.id(at: now).bytes)
            $0.patient = identifier.wire
            $0.to = Cast.mailbox
            $0.priority = Priority.routine.rawValue
            $0.reason = "assessment"
            $0.allowDuplicate = true
        }
        try connection.send(
            .submit(envelope), payload: template.bundle(aboutPatient: patient, id: id))
    }

    private mutating func record(_ wish: Wish, ofPatient number: Int) throws {
        let now = BenchClock.wall
        let patient = try BundleTemplate.patient(number)
        let envelope = WireSubmit.with {
            $0.messageID = Data(names.id(at: now).bytes)
            $0.kind = "consent-put"
            $0.consentID = Data(consentIDs[number].bytes)
            $0.patient = patient.wire
        }
        try connection.send(
            .submit(envelope), payload: wish.directive(of: patient, agreedAt: now).bytes)
    }

    /// Waits for receipts; gives how many messages they say were accepted.
    private func acceptedCount() throws -> Int {
        let deadline = ContinuousClock.now + Connection.patience
        while ContinuousClock.now < deadline {
            try progress.check()
            let heard = try connection.receive(timeout: .milliseconds(200))
            guard case .receipt(let receipt) = heard?.0 else { continue }
            for item in receipt.items where item.outcome != "accepted" {
                throw BenchFailure(
                    "The broker refused a message (\(item.refusal.code)): \(item.refusal.message)")
            }
            return receipt.items.count
        }
        throw BenchFailure("The broker gave no receipt for \(Connection.patience).")
    }
}
