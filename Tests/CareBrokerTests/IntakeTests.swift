import CareFHIR
import CareModel
import CareVault
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

@testable import CareBroker

@Suite("Frames become inputs")
struct IntakeTests {
    private let desk = AgentID(unchecked: "desk")

    private func intake() throws -> Intake {
        let patients = try #require(PatientHasher(key: [UInt8](repeating: 7, count: 32)))
        return Intake(patients: patients, labels: .standard, payloadByteCountMax: 1 << 20)
    }

    private func agent(_ key: String, isActive: Bool = true) -> Agent {
        Agent(
            id: desk, organisation: OrganisationID(unchecked: "lakeside"), name: "Desk",
            publicKey: key, roles: [.referrer], services: [], isActive: isActive)
    }

    @Test("a frame that no connection vouches for is none of anybody's")
    func withoutIdentity() throws {
        let header = try WireAgentFrame.with { $0.version = 1 }.serializedBytes() as [UInt8]
        let parts = [try ZeroMQ.Message([1, 2]), try ZeroMQ.Message(header)]
        #expect(try intake().input(from: parts, Keyring(Directory())) == nil)
    }

    @Test("an active agent's key opens the door; a revoked one's, or a replaced one, does not")
    func keyring() throws {
        let (old, new) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
        var directory = Directory()
        directory.agents[desk] = agent(old.publicKey.z85)
        #expect(Keyring(directory).agent(ofKey: old.publicKey.z85) == desk)
        directory.agents[desk] = agent(new.publicKey.z85)
        #expect(Keyring(directory).agent(ofKey: old.publicKey.z85) == nil)
        #expect(Keyring(directory).agent(ofKey: new.publicKey.z85) == desk)
        directory.agents[desk] = agent(new.publicKey.z85, isActive: false)
        #expect(Keyring(directory).agent(ofKey: new.publicKey.z85) == nil)
        #expect(Keyring(directory).agent(ofKey: "desk") == nil)
    }

    @Test("a stored directive that can no longer be read holds every release")
    func damagedDirective() throws {
        let patient = try #require(PatientKey(bytes: [UInt8](repeating: 1, count: 32)))
        let record = ConsentRecord(
            id: ConsentID(UUIDBytes(high: 1, low: 2)), patient: patient, version: 3,
            message: MessageNumber(1), recordedBy: desk,
            organisation: OrganisationID(unchecked: "lakeside"),
            recordedAt: Timestamp(milliseconds: 0))
        let directive = try intake().directive(record, Payload([]))
        guard case .unreadable = directive.rule else {
            Issue.record("an empty document gave a rule")
            return
        }
        #expect(directive.name == record.id.description && directive.version == "3")
    }
}
