import CareModel
import Foundation
import ZeroMQ

@testable import CareAgent

/// Is an agent's side in a test: a folder with a key and mail, and a context.
struct Clinic {
    let folder: Folder
    let store: AgentStore
    var context: AgentContext

    init(at endpoints: [AgentContext.Endpoint], brokerKey: CurvePublicKey) throws {
        folder = try Folder()
        _ = try AgentKey.generate(in: folder.path)
        store = try AgentStore(directory: folder.path)
        context = AgentContext(
            name: "test", agent: "dr-north", brokerKey: brokerKey.z85, endpoints: endpoints)
    }

    init(at broker: FakeBroker) throws {
        try self.init(
            at: [.init(control: broker.control, events: broker.events)],
            brokerKey: broker.keys.publicKey)
    }

    func agent() -> CareAgent.Agent { CareAgent.Agent(context: context, store: store) }

    @discardableResult
    func enqueue(_ count: Int = 1) throws -> [Draft] {
        try (0..<count).map { _ in
            let draft = Sample.request()
            try store.enqueue(draft, at: AgentIDs.system.now())
            return draft
        }
    }

    /// A port of this machine at which nobody listens.
    static func deadEndpoint() throws -> AgentContext.Endpoint {
        let socket = try Socket(.router, in: Context())
        try socket.bind("tcp://127.0.0.1:*")
        return AgentContext.Endpoint(control: try socket.lastEndpoint)
    }
}
