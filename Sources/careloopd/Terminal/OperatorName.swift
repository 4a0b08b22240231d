import Foundation

/// Finds out who types.
enum OperatorName {
    /// The name given, or that of the person who became another user, or of the user.
    static func of(
        _ given: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> String {
        let sudo = environment["SUDO_USER"].flatMap { $0.isEmpty ? nil : $0 }
        let name = given ?? sudo ?? login ?? ""
        let isVisible = name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isVisible, (1...64).contains(name.utf8.count) else {
            throw OperatorFailure(
                "Say who you are with --operator: 1 to 64 visible ASCII characters, no blanks.",
                status: 2)
        }
        return name
    }

    private static var login: String? {
        var name = [CChar](repeating: 0, count: 256)
        if getlogin_r(&name, name.count - 1) == 0 {
            return String(
                decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
    }
}
