internal import CareModel

/// Finds the ServiceRequests by which a document refers its patient.
///
/// They are entries, or contained in the Task that carries them. What the header of a message or a
/// Task points to is what is asked for; other requests in the document are history.
struct ReferralRequests {
    /// The requests, in the order of the document.
    let requests: [ResourceTable.Resource]
    /// By the place of a request: the Tasks that carry it.
    private var tasks: [Int: [ResourceTable.Resource]] = [:]
    /// The requests that a message of the NHS booking and referral standard asks for.
    private var asked: Set<Int> = []

    init(_ table: ResourceTable) throws(InspectionError) {
        let standing = table.standing
        var found: [Int: ResourceTable.Resource] = [:]
        for resource in standing where resource.type == "ServiceRequest" {
            found[resource.value.index] = resource
        }
        for task in standing where task.type == "Task" {
            for request in try Self.targets(of: task, ["focus", "basedOn"], in: table)
            where request.type == "ServiceRequest" {
                found[request.value.index] = request
                tasks[request.value.index, default: []].append(task)
            }
        }
        var focus: Set<Int> = []
        var isFocused = false
        for header in table.entries where header.type == "MessageHeader" {
            for target in try Self.targets(of: header, ["focus"], in: table) {
                isFocused = isFocused || target.type == "Task" || target.type == "ServiceRequest"
                if found[target.value.index] != nil {
                    focus.insert(target.value.index)
                    if Self.asks(header) { asked.insert(target.value.index) }
                }
                for (request, tasks) in tasks
                where tasks.contains(where: { $0.value.index == target.value.index }) {
                    focus.insert(request)
                }
            }
        }
        let chosen = isFocused ? found.filter { focus.contains($0.key) } : found
        requests = chosen.values.sorted { $0.value.index < $1.value.index }
    }

    private static func targets(
        of resource: ResourceTable.Resource, _ names: [StaticString], in table: ResourceTable
    ) throws(InspectionError) -> [ResourceTable.Resource] {
        var targets: [ResourceTable.Resource] = []
        for name in names {
            for reference in resource.value[name]?.listed ?? [] {
                guard let text = reference.referenceTarget,
                    let target = try table.resource(for: text, from: reference.index)
                else { continue }
                targets.append(target)
            }
        }
        return targets
    }

    /// Whether a header says that its message is a referral (NHS BaRS), and not an answer to one.
    private static func asks(_ header: ResourceTable.Resource) -> Bool {
        let event = header.value["eventCoding"]
        return header.value["response"] == nil
            && event?["system"]?.string == "https://fhir.nhs.uk/CodeSystem/message-events-bars"
            && event?["code"]?.string == "servicerequest-request"
    }

    /// Why a request refers nobody, in words for its sender; nil if it does refer.
    func objection(to request: ResourceTable.Resource, _ rule: PayloadRule) -> String? {
        if let fault = rule.statusFault(of: request) {
            return "\(fault), so it is no new referral. Send a request that is active."
        }
        let place = request.value.index
        let intent = request.value["intent"]?.string
        let isPlanAsked = intent == "plan" && asked.contains(place)
        guard intent.map(Self.orders.contains) == true || isPlanAsked else {
            return "The ServiceRequest has \(PayloadRule.named("intent", intent, Self.others)), "
                + "which orders nothing. Send a request whose intent is order."
        }
        if let negation = request.value["doNotPerform"], negation.bool != false {
            return
                "The ServiceRequest says doNotPerform: it asks that something is not done, which "
                + "is no referral. Send a request for what is to be done."
        }
        let carriers = tasks[place] ?? []
        let faults = carriers.compactMap { Self.taskRule.statusFault(of: $0) }
        guard let fault = faults.first, faults.count == carriers.count else { return nil }
        return "\(fault), so what it carries is no new referral. Send a Task that is requested."
    }

    private static let orders: Set<String> = [
        "order", "original-order", "reflex-order", "filler-order", "instance-order",
    ]
    private static let others: Set<String> = ["proposal", "plan", "directive", "option"]

    private static let taskRule = PayloadRule(
        anyOf: ["Task"],
        statuses: [
            "Task": ["requested", "received", "accepted", "ready", "in-progress", "on-hold"]
        ])
}
