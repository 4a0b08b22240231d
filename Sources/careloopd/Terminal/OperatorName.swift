import Foundation

/// Finds out who types.
enum OperatorName {
    /// The name of the person who became another user, or of the user; behind a name that is given.
    ///
    /// A name given does not hide the login: `ann(root)`. Nothing proves either of the two.
    static func of(
        _ given: String?, login: String? = login,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> String {
        let sudo = environment["SUDO_USER"].flatMap { $0.isEmpty ? nil : $0 }
        let known = sudo ?? login
        let name = given ?? known ?? ""
        guard isUsable(name) else {
            throw OperatorFailure(
                "Say who you are with --operator: 1 to 64 visible ASCII characters, no blanks.",
                status: 2)
        }
        guard let known, known != name else { return name }
        let both = "\(name)(\(known))"
        guard isUsable(both) else {
            throw OperatorFailure(
                "The name given with --operator is too long beside the login name. Shorten it.",
                status: 2)
        }
        return both
    }

    /// Whether the broker takes a name (CLP-1): 64 visible characters at most.
    private static func isUsable(_ name: String) -> Bool {
        name.utf8.allSatisfy { (0x21...0x7E).contains($0) } && (1...64).contains(name.utf8.count)
    }

    /// Who is logged in, or else whose process this is.
    static var login: String? {
        var name = [CChar](repeating: 0, count: 256)
        if getlogin_r(&name, name.count - 1) == 0 {
            return String(
                decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
    }
}
