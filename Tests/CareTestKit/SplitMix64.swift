/// Gives the same numbers for the same seed, on every machine and in every process.
public struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    /// Starts at `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True once in `count` times on average.
    public mutating func once(in count: Int) -> Bool {
        Int.random(in: 0..<max(1, count), using: &self) == 0
    }

    /// One of `choices`; nil if there is none.
    public mutating func pick<Choices: Collection>(_ choices: Choices) -> Choices.Element? {
        choices.randomElement(using: &self)
    }
}
