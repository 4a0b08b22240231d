public import CareCore
public import CareFHIR
public import CareVault
public import ZeroMQ

/// Is all a broker needs to run, beside its store.
public struct BrokerConfiguration: Sendable {
    /// Where `ctl` is bound, such as `tcp://127.0.0.1:7701`; port `*` for any.
    public var controlEndpoint: String
    /// Where `evt` is bound.
    public var eventsEndpoint: String
    /// What agents are told to connect to for events; nil for what was bound.
    public var publishedEventsEndpoint: String?
    /// The file of the `adm` socket, in a folder private to the broker's user.
    public var adminSocketPath: String
    /// The broker's CURVE keys.
    public var keys: CurveKeyPair
    /// Hashes patients' identifiers.
    public var patients: PatientHasher
    /// Signs consent receipts.
    public var signer: NoteSigner
    /// Labels content that arrives unlabelled; nil to leave it as it is.
    public var labels: SensitivityTable?
    /// The rules of consent in words, for the audit log; nothing secret.
    public var rules: String
    /// The deployment's numbers and rules.
    public var policy: BrokerPolicy
    /// Keeps what the broker measures, for operators to read.
    public var metrics = MetricsRecorder()
    /// Name and version of the program.
    public var program: String

    /// Makes a configuration with the default policy.
    public init(
        controlEndpoint: String, eventsEndpoint: String, adminSocketPath: String,
        keys: CurveKeyPair, patients: PatientHasher, signer: NoteSigner,
        labels: SensitivityTable? = .standard, rules: String = "default",
        policy: BrokerPolicy = BrokerPolicy(), program: String = "careloopd"
    ) {
        self.controlEndpoint = controlEndpoint
        self.eventsEndpoint = eventsEndpoint
        self.adminSocketPath = adminSocketPath
        self.keys = keys
        self.patients = patients
        self.signer = signer
        self.labels = labels
        self.rules = rules
        self.policy = policy
        self.program = program
    }
}
