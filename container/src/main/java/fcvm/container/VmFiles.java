package fcvm.container;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import fcvm.container.VmRecord.Status;
import fcvm.container.net.NetworkMode;
import fcvm.container.net.NetworkOptions;
import fcvm.container.net.Passt;
import fcvm.container.net.VmNetwork;
import fcvm.linux.KernelLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The files of one virtual machine, gone when it is closed.
public final class VmFiles implements AutoCloseable {
  private final VmStore store;
  private final Path directory;
  private VmRecord record;

  VmFiles(VmStore store, VmRecord record, Path directory) {
    this.store = store;
    this.record = record;
    this.directory = directory;
  }

  /// What the store says of it.
  public VmRecord record() {
    return record;
  }

  /// Its writable disk.
  public Path disk() {
    return directory.resolve("disk.ext4");
  }

  /// What its serial console said.
  public Path console() {
    return directory.resolve("console.log");
  }

  /// Makes its network, and a note of it if it can outlive this process.
  public VmNetwork openNetwork(NetworkOptions options, Passt passt)
      throws IOException, ContainerException {
    if (options.mode() == NetworkMode.BRIDGED) {
      Files.createFile(directory.resolve(VmStore.BRIDGED));
    }
    return VmNetwork.open(options, record.id(), passt);
  }

  /// Tells the store how far it is. One that cannot take it, because its disk is full, is out of
  /// date, and says so: the container is not to blame.
  public void status(Status status) {
    record = record.with(status);
    store.update(record);
  }

  /// Why its kernel panicked, or else the last line of its console; empty if it said nothing.
  public String lastWords() {
    KernelLog log = KernelLog.endOf(console());
    return log.panic()
        .map(why -> "kernel panic: " + why)
        .orElseGet(() -> String.join("", log.lastLines(1)));
  }

  /// Keeps the console's log after the end: a failure leaves something to read.
  ///
  /// @return where it is; the next failure replaces it
  public Path keepConsole() throws IOException {
    Path kept = directory.resolveSibling("last-failure.console.log");
    Files.copy(console(), kept, REPLACE_EXISTING);
    return Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-------"));
  }

  @Override
  public void close() throws IOException {
    store.remove(record);
  }
}
