import CareFHIR

extension JSONOutput {
    /// Prints the value as one line.
    func printLine() { print(text) }

    /// A whole number of 64 bits.
    static func number(_ number: Int64) -> JSONOutput { .integer(Int(number)) }
}
