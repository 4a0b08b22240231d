/// Holds the limits of CLP/1 that agent and broker both keep.
public enum WireLimits {
    /// The protocol version this code speaks.
    public static let version: UInt32 = 1
    /// No header may be longer.
    public static let headerByteCountMax = 256 << 10
    /// No coded value or name may be longer.
    public static let textByteCountMax = 512
    /// No patient or organisation identifier may be longer.
    public static let identifierByteCountMax = 256
    /// The reason for breaking the glass may not be longer.
    public static let wordsByteCountMax = 1_000
    /// No operator's name may be longer.
    public static let operatorByteCountMax = 64
}
