internal import CareModel
internal import Crypto
internal import Foundation

extension MasterKeys {
    /// Bytes that the text may have.
    public static let maximumTextByteCount = 1 << 20

    /// Reads the file of master keys: `VERSION CREATED KEY` on each line, with blanks between.
    ///
    /// The version is a whole number from 1; the second an ISO date-time in UTC or milliseconds
    /// since 1970; the key 32 bytes in base64. Lines that are empty or begin with `#` say nothing.
    /// Throws `unreadable-keys` with the number of the line, never with its words.
    public init(text: String) throws(VaultError) {
        guard text.utf8.count <= Self.maximumTextByteCount else {
            throw Self.unreadable("The file of master keys is larger than 1 MiB.")
        }
        var entries: [Int: Entry] = [:]
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
            let (version, entry) = try Self.entry(words.map { String(Substring($0)) }, index + 1)
            guard entries.updateValue(entry, forKey: version) == nil else {
                throw Self.unreadable("Line \(index + 1) of the master keys repeats a version.")
            }
        }
        guard entries.count <= Self.maximumKeyCount else {
            throw Self.unreadable("There are more than \(Self.maximumKeyCount) master keys.")
        }
        guard let keys = MasterKeys(entries: entries) else {
            throw Self.unreadable("The file of master keys holds none.")
        }
        self = keys
    }

    /// What the file holds, which is secret.
    ///
    /// A comment, then one line for each key, oldest first.
    public var text: String {
        var text = "# careloop master keys: version, time of making, key. Keep secret; back up.\n"
        for (version, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let key = entry.key.withUnsafeBytes { Data($0).base64EncodedString() }
            text += "\(version) \(InstantText.text(of: entry.createdAt)) \(key)\n"
        }
        return text
    }

    private static func entry(
        _ words: [String], _ line: Int
    ) throws(VaultError) -> (version: Int, entry: Entry) {
        guard words.count == 3 else {
            throw unreadable("Line \(line) of the master keys has not three words.")
        }
        guard let version = StrictText.integer(words[0]), (1...999_999_999).contains(version) else {
            throw unreadable("Line \(line) of the master keys has no version from 1.")
        }
        guard let createdAt = InstantText.timestamp(of: words[1]) else {
            throw unreadable("Line \(line) of the master keys has no date-time in UTC.")
        }
        guard let key = StrictText.base64(words[2]), key.count == DataKey.byteCount else {
            throw unreadable("Line \(line) of the master keys has no key of 32 bytes in base64.")
        }
        return (Int(version), Entry(createdAt: createdAt, key: SymmetricKey(data: key)))
    }

    private static func unreadable(_ what: String) -> VaultError {
        VaultError(.unreadableKeys, what + " Restore the file from its back-up.")
    }
}
