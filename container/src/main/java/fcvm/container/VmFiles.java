package fcvm.container;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import fcvm.container.VmRecord.Status;
import fcvm.container.life.Life;
import fcvm.container.net.NetworkMode;
import fcvm.container.net.NetworkOptions;
import fcvm.container.net.Passt;
import fcvm.container.net.VmNetwork;
import fcvm.linux.KernelLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;

/// The files of one virtual machine, gone when it is closed; of a detached one whose container ran,
/// the record, the disk and the log stay.
public final class VmFiles implements RunScope.Lease.End {
  private final VmStore store;
  private final Path directory;
  private VmRecord record;

  VmFiles(VmStore store, VmRecord record, Path directory) {
    this.store = store;
    this.record = record;
    this.directory = directory;
  }

  /// What the store says of it.
  public synchronized VmRecord record() {
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
    Path note = directory.resolve(VmStateFiles.BRIDGED);
    if (options.mode() == NetworkMode.BRIDGED && !Files.exists(note)) {
      Files.createFile(note);
    }
    return VmNetwork.open(options, record.id(), passt);
  }

  /// Tells the store how far it is. One that cannot take it, because its disk is full, is out of
  /// date, and says so: the container is not to blame.
  public synchronized void status(Status status) {
    record = store.update(record, vm -> vm.with(status));
  }

  /// As [#status], with what is new in its life.
  synchronized void status(Status status, UnaryOperator<Life> change) {
    record = store.update(record, vm -> vm.with(status, change.apply(vm.life())));
  }

  /// Tells the store something of its life.
  synchronized void life(UnaryOperator<Life> change) {
    record = store.update(record, vm -> vm.with(vm.status(), change.apply(vm.life())));
  }

  /// What its container said.
  Path log() {
    return log(directory);
  }

  /// What it is started again with.
  Path recipe() {
    return recipe(directory);
  }

  /// The same in a VM's directory.
  public static Path recipe(Path directory) {
    return directory.resolve("recipe");
  }

  /// The log in a VM's directory.
  public static Path log(Path directory) {
    return directory.resolve("log");
  }

  /// Where `attach` finds its supervisor.
  static Path attachSocket(VmRecord record) {
    return record.vsock().resolveSibling("attach.sock");
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
    if (record.life().isKept()) {
      store.settle(record);
    } else {
      store.remove(record);
    }
  }
}
