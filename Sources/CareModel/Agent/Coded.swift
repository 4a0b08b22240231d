/// Is a value that CLP/1 carries as one of its codes.
public protocol CodedValue: Hashable, Sendable {
    /// Reads the code; nil for one this version does not know.
    init?(code: String)
    /// The code as CLP/1 carries it.
    var code: String { get }
}

extension CodedValue where Self: RawRepresentable, RawValue == String {
    /// Reads the code; nil for one this version does not know.
    public init?(code: String) { self.init(rawValue: code) }
    /// The code as CLP/1 carries it.
    public var code: String { rawValue }
}

/// Is a code as the broker wrote it, with what this version takes it for.
///
/// A newer broker may use codes that an agent does not know yet: they are shown as they are, and
/// never taken for another.
public struct Coded<Value: CodedValue>: Hashable, Sendable, CustomStringConvertible {
    /// The code as it was written.
    public let code: String

    /// What it stands for; nil for a code this version does not know.
    public var value: Value? { Value(code: code) }

    /// The code.
    public var description: String { code }

    /// Takes a code as it was written; nil if nothing was.
    public init?(code: String) {
        guard !code.isEmpty else { return nil }
        self.code = code
    }

    /// Takes a code that this version knows.
    public init(_ value: Value) { code = value.code }

    /// Whether it is this code.
    public static func == (left: Coded, right: Value) -> Bool { left.code == right.code }
}

extension Optional {
    /// Whether there is a code and it is this one.
    public static func == <Value>(left: Wrapped?, right: Value) -> Bool
    where Wrapped == Coded<Value> {
        left?.code == right.code
    }
}

extension ReferralState: CodedValue {}
extension ReferralMove: CodedValue {}
extension ReferralActor: CodedValue {}
extension Priority: CodedValue {}
extension WaitsFor: CodedValue {}
extension Worklist: CodedValue {}
extension DeliveryState: CodedValue {}
extension Role: CodedValue {}
extension Event.Kind: CodedValue {}
extension ReceiptItem.Outcome: CodedValue {}
extension Refusal.Category: CodedValue {}
extension RefusalCode: CodedValue {}
extension BreakGlass.Finding: CodedValue {}

extension MessageKind: CodedValue {
    /// Reads the code; nil for a kind this version does not know.
    public init?(code: String) { self.init(code) }
    /// The code as CLP/1 carries it.
    public var code: String { name }
}
