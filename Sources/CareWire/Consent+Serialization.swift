internal import CareModel
internal import Foundation
internal import SwiftProtobuf

extension ConsentRecord {
    /// All versions of one directive, oldest first.
    static func wire(versions: [ConsentRecord]) -> [WireConsentEntry] {
        let newest = versions.map(\.version).max()
        return versions.map { $0.wire(isNewest: $0.version == newest) }
    }

    func wire(isNewest: Bool) -> WireConsentEntry {
        .with {
            $0.consentID = id.data
            $0.version = self.version
            $0.status = revokedAt != nil ? "revoked" : isNewest ? "active" : "replaced"
            $0.recordedAtMs = recordedAt.milliseconds
            $0.revokedAtMs = revokedAt.wire
            $0.recordedBy = recordedBy.name
            $0.organisation = organisation.name
        }
    }
}

extension ConsentDecision {
    var wire: WireConsentDecision {
        .with {
            $0.decision = verdict.decision.rawValue
            $0.effective = verdict.outcome.rawValue
            $0.rule = verdict.explanation
            $0.basis = verdict.basis.map { "\($0.directive) version \($0.version)" }
            $0.limitsContent = !verdict.obligations.isEmpty
            $0.reasons = verdict.reasons.map(\.wire)
            $0.remedies = verdict.remedies
            $0.breakGlass = breakGlass.outcome.rawValue
        }
    }
}

extension Verdict.Reason {
    var wire: WireConsentReason {
        .with {
            $0.consentID = ConsentID(directive).data
            $0.version = UInt32(version) ?? 0
            $0.applies = applies
            $0.effect = effect?.rawValue ?? ""
            $0.cause = kind.rawValue
            $0.path = path ?? ""
            $0.met = met.words
            $0.failed = failed.words
            $0.unresolved = unresolved.words
            $0.text = text
        }
    }
}

extension BreakGlass {
    var wire: WireBreakGlassEntry {
        .with {
            $0.breakGlassID = id.data
            $0.patient = patientIdentifier.wire
            $0.agent = agent.name
            $0.organisation = organisation.name
            $0.words = reason
            $0.startedAtMs = startedAt.milliseconds
            $0.endsAtMs = endsAt.milliseconds
            $0.endedAtMs = endedAt.wire
            guard let review else { return }
            $0.reviewer = review.reviewer.name
            $0.reviewerOrganisation = review.organisation.name
            $0.reviewedAtMs = review.at.milliseconds
            $0.finding = review.finding.rawValue
        }
    }
}
