internal import CareModel
internal import CareWire
internal import SwiftProtobuf

/// Names who takes part: two organisations, a sender, a service and its agents.
enum Cast {
    static let referring = OrganisationID(unchecked: "bench-practice")
    static let receiving = OrganisationID(unchecked: "bench-hospital")
    static let sender = "bench-sender"
    static let service = "bench-intake"
    static let mailbox = "service:\(service)"

    static func receiver(_ place: Int) -> String { "bench-receiver-\(place + 1)" }

    /// The commands that enrol the organisations and the service.
    static var foundation: [WireAdminister] {
        [
            organisation(referring, "Practice of the benchmark"),
            organisation(receiving, "Hospital of the benchmark"),
            .with {
                $0.enrolService.id = service
                $0.enrolService.organisation = receiving.name
                $0.enrolService.name = "Intake of the benchmark"
            },
        ]
    }

    /// The command that enrols the sender.
    static func enrolSender(publicKey: String) -> WireAdminister {
        .with {
            $0.enrolAgent.id = sender
            $0.enrolAgent.organisation = referring.name
            $0.enrolAgent.name = "Sender of the benchmark"
            $0.enrolAgent.publicKey = publicKey
            $0.enrolAgent.roles = [Role.referrer.rawValue]
        }
    }

    /// The command that enrols a receiver.
    static func enrolReceiver(_ place: Int, publicKey: String) -> WireAdminister {
        .with {
            $0.enrolAgent.id = receiver(place)
            $0.enrolAgent.organisation = receiving.name
            $0.enrolAgent.name = "Receiver \(place + 1) of the benchmark"
            $0.enrolAgent.publicKey = publicKey
            $0.enrolAgent.roles = [Role.specialist.rawValue]
            $0.enrolAgent.services = [service]
        }
    }

    private static func organisation(_ id: OrganisationID, _ name: String) -> WireAdminister {
        .with {
            $0.enrolOrganisation.id = id.name
            $0.enrolOrganisation.name = name
        }
    }
}
