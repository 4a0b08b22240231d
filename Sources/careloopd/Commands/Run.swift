import ArgumentParser
import CareBroker
import CareCore
import CareModel
import CareStore
import CareStoreSQLite
import CareVault
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs the broker until it is told to stop.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the broker until it is told to stop (SIGTERM, SIGINT or careloopd stop).")

    @OptionGroup var data: DataOptions

    @Flag(help: "Also log what is only of use when something is wrong.")
    var verbose = false

    func run() async throws {
        let files = data.files
        let settings = try await BrokerSettings.load(files)
        var logger = Logger(label: "careloopd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .info
        if settings.policy.implicitConsent != .deny {
            logger.warning(
                "where no directive applies, consent is \(settings.policy.implicitConsent.rawValue)"
            )
        }
        let keys = try KeysFolder.of(files, setting: settings.keysDirectory)
        let service = BrokerService(
            broker: try Broker(configuration: try configuration(settings, keys), logger: logger),
            directory: files.directory, keys: try keys.storeKeys(logger), settings: settings,
            logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .cancelGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            throw OperatorFailure("the broker ended: \(error)")
        }
    }

    private func configuration(
        _ settings: BrokerSettings, _ keys: KeysFolder
    ) throws -> BrokerConfiguration {
        let labels = try settings.labels.table()
        var configuration = BrokerConfiguration(
            controlEndpoint: settings.controlEndpoint, eventsEndpoint: settings.eventsEndpoint,
            adminSocketPath: settings.adminSocketPath, keys: try keys.curveKeys(),
            patients: try keys.patients(), signer: try keys.signer(), labels: labels,
            rules: settings.rules(
                labelledBy: labels, masterVersions: try keys.masterKeys().versions),
            policy: settings.policy,
            program: "careloopd \(CareloopD.version)")
        configuration.publishedEventsEndpoint = settings.publishedEventsEndpoint
        return configuration
    }
}

extension KeysFolder {
    /// What the store seals and signs with; a new master key is saved here.
    fileprivate func storeKeys(_ logger: Logger) throws -> StoreKeys {
        StoreKeys(masterKeys: try masterKeys(), signer: try signer()) { keys in
            do {
                try save(keys)
            } catch {
                let error = StoreError(savingKeys: error)
                logger.error("no new key was taken into use: \(error.message)")
                throw error
            }
        }
    }
}

/// Runs a broker as one of the process's services.
struct BrokerService: ServiceLifecycle.Service {
    let broker: Broker
    let directory: String
    let keys: StoreKeys
    let settings: BrokerSettings
    let logger: Logger

    func run() async throws {
        let (directory, keys, settings) = (directory, keys, settings)
        try await withGracefulShutdownHandler {
            try await broker.run(
                store: { () throws(StoreError) in
                    try SQLiteStore(
                        directory: directory, keys: keys,
                        reserveByteCount: settings.reserveByteCount,
                        checkpoints: settings.checkpoints)
                },
                onReady: { endpoints in
                    logger.info(
                        "ready: agents at \(endpoints.control), events at \(endpoints.events)")
                })
        } onGracefulShutdown: {
            broker.stop()
        }
        logger.info("ended in good order")
    }
}
