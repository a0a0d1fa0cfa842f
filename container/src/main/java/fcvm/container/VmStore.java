package fcvm.container;

import fcvm.container.VmRecord.Status;
import fcvm.container.life.EventLog;
import fcvm.container.life.Life;
import fcvm.container.life.Terms;
import fcvm.linux.FileLock;
import fcvm.linux.IoReason;
import fcvm.linux.ProcessIdentity;
import fcvm.provision.Dirs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// The virtual machines that live on this computer, in files: `ID.json` and the directory `ID` in
/// the state directory, and a directory `ID` for sockets in the runtime directory, where paths are
/// short.
///
/// Every change is made under one file lock, and a record replaces its file by a rename, so a
/// reader sees the old or the new one. What a killed process left behind is removed by whoever
/// looks next; of a detached VM, its record and disk stay, and the record says what happened.
public final class VmStore {
  private static final int ID_BYTES = 6;
  private static final int NAME_TRIES = 100;

  private final Path stateDirectory;
  private final Path runtimeDirectory;
  private final Consumer<String> warnings;
  private final VmEvents events;
  private final VmStateFiles files;
  private final SecureRandom random = new SecureRandom();

  /// @param stateDirectory where records and disks are; it need not exist yet
  /// @param runtimeDirectory where sockets are; a short path
  /// @param warnings told of each file that had to be put aside
  public VmStore(Path stateDirectory, Path runtimeDirectory, Consumer<String> warnings) {
    this.stateDirectory = stateDirectory;
    this.runtimeDirectory = runtimeDirectory;
    this.warnings = warnings;
    this.events = new VmEvents(new EventLog(stateDirectory.resolve("events")));
    this.files = new VmStateFiles(stateDirectory, runtimeDirectory, warnings, events);
  }

  /// What happened to them.
  public EventLog events() {
    return events.log();
  }

  /// The store of a user's directories. Stores with different state directories may share a runtime
  /// directory, so each has its own part of it.
  public static VmStore of(Dirs dirs, Consumer<String> warnings) {
    String part = "vms-%08x".formatted(dirs.state().toAbsolutePath().toString().hashCode());
    return new VmStore(dirs.state(), dirs.runtime().resolve(part), warnings);
  }

  /// Starts a new virtual machine's life in this process, which leaves nothing.
  public VmFiles create(Optional<String> name, String image, int cpus, int memoryMib)
      throws IOException, ContainerException {
    return create(name, image, cpus, memoryMib, Terms.FOREGROUND);
  }

  /// Starts a new virtual machine's life in this process.
  ///
  /// @param name the wanted name, or empty for one that is free
  /// @param terms what its record tells of how it lives
  /// @throws ContainerException if the name is not one, or in use
  public VmFiles create(Optional<String> name, String image, int cpus, int memoryMib, Terms terms)
      throws IOException, ContainerException {
    if (name.isPresent()) {
      VmName.check(name.get());
    }
    try (FileLock _ = lock()) {
      List<VmRecord> known = files.sweep();
      byte[] id = new byte[ID_BYTES];
      random.nextBytes(id);
      String text = HexFormat.of().formatHex(id);
      VmRecord record =
          new VmRecord(
              text,
              name.isPresent() ? unused(name.get(), known) : freeName(known),
              image,
              ProcessIdentity.current(),
              Instant.now().truncatedTo(ChronoUnit.MILLIS),
              Status.STARTING,
              cpus,
              memoryMib,
              runtimeDirectory.resolve(text).resolve("vsock.sock"),
              Life.on(terms));
      files.write(record);
      events.created(record);
      Tree.create(stateDirectory.resolve(text));
      Tree.create(runtimeDirectory.resolve(text));
      return new VmFiles(this, record, stateDirectory.resolve(text));
    }
  }

  /// Makes an exited one live in this process again.
  ///
  /// @throws ContainerException if it lives already, or is gone
  public VmFiles revive(String id) throws IOException, ContainerException {
    try (FileLock _ = lock()) {
      VmRecord record = known(id, files.sweep());
      if (record.isLiving()) {
        throw new ContainerException("VM " + record.name() + " runs already");
      }
      VmRecord mine = record.in(ProcessIdentity.current());
      mine = mine.with(Status.STARTING, mine.life().restarted(0));
      Tree.create(runtimeDirectory.resolve(id));
      files.write(mine);
      return new VmFiles(this, mine, stateDirectory.resolve(id));
    }
  }

  /// Gives one another name.
  ///
  /// @throws ContainerException if the name is not one, or in use
  public VmRecord rename(String id, String name) throws IOException, ContainerException {
    VmName.check(name);
    try (FileLock _ = lock()) {
      List<VmRecord> known = files.sweep();
      VmRecord record = known(id, known);
      if (!record.name().equals(name)) {
        record = record.named(unused(name, known));
        files.write(record);
        events.renamed(record);
      }
      return record;
    }
  }

  private static VmRecord known(String id, List<VmRecord> records) throws ContainerException {
    return records.stream()
        .filter(vm -> vm.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new ContainerException("VM " + id + " is gone"));
  }

  private static String unused(String name, List<VmRecord> known) throws ContainerException {
    for (VmRecord other : known) {
      if (other.name().equals(name)) {
        throw new ContainerException(
            "the name \""
                + name
                + "\" is already in use by VM "
                + other.id()
                + ": choose another one, or "
                + (other.isLiving()
                    ? "end that one with: fcvm stop " + name
                    : "remove that one, which has exited, with: fcvm rm " + name));
      }
    }
    return name;
  }

  private String freeName(List<VmRecord> known) throws ContainerException {
    for (int i = 0; i < NAME_TRIES; i++) {
      String name = VmName.random(random);
      if (known.stream().noneMatch(other -> other.name().equals(name))) {
        return name;
      }
    }
    throw new ContainerException("found no free name: choose one with --name");
  }

  /// Those that live, oldest first. Removes what is left of those that do not.
  public List<VmRecord> list() throws IOException {
    return all().stream().filter(VmRecord::isLiving).toList();
  }

  /// Those that live and those that have exited, oldest first.
  public List<VmRecord> all() throws IOException {
    if (!Files.isDirectory(stateDirectory)) {
      return List.of();
    }
    try (FileLock _ = lock()) {
      return files.sweep();
    }
  }

  /// The one with this name, or else all whose id begins so.
  public List<VmRecord> find(String nameOrId) throws IOException {
    List<VmRecord> known = all();
    List<VmRecord> named = known.stream().filter(vm -> vm.name().equals(nameOrId)).toList();
    return named.isEmpty() && !nameOrId.isEmpty()
        ? known.stream().filter(vm -> vm.id().startsWith(nameOrId)).toList()
        : named;
  }

  /// Removes what dead virtual machines left.
  public void sweep() throws IOException {
    list();
  }

  /// Changes the record of one that this process owns, or warns that it could not. What others have
  /// changed meanwhile, its name, stays changed.
  ///
  /// @param mine as this process knows it
  /// @return the changed record
  VmRecord update(VmRecord mine, UnaryOperator<VmRecord> change) {
    try (FileLock _ = lock()) {
      VmRecord changed = change.apply(mine.named(presentName(mine)));
      files.write(changed);
      events.changed(mine, changed);
      return changed;
    } catch (IOException e) {
      warnings.accept("fcvm ls is out of date: " + IoReason.of(e));
      return change.apply(mine);
    }
  }

  private String presentName(VmRecord mine) {
    try {
      return files.read(mine.id()).name();
    } catch (IOException e) {
      return mine.name(); // somebody broke or removed it: it is written anew
    }
  }

  /// Leaves of one that has ended what it is to be started again from.
  void settle(VmRecord mine) throws IOException {
    VmRecord unused = update(mine, vm -> vm.with(Status.EXITED));
    Tree.delete(runtimeDirectory.resolve(unused.id()));
  }

  /// Where the files of one are that stay as long as its record.
  public Path directory(VmRecord record) {
    return stateDirectory.resolve(record.id());
  }

  /// Removes everything of one that has exited, unless somebody has started it again meanwhile.
  ///
  /// @throws ContainerException if it lives
  public void removeExited(VmRecord record) throws IOException, ContainerException {
    try (FileLock _ = lock()) {
      for (VmRecord now : files.sweep()) {
        if (now.id().equals(record.id())) {
          if (now.isLiving()) {
            throw new ContainerException("VM " + now.name() + " was started again");
          }
          files.remove(now.id());
          events.removed(now);
        }
      }
    }
  }

  /// Removes everything of one.
  void remove(VmRecord record) throws IOException {
    try (FileLock _ = lock()) {
      files.remove(record.id());
      events.removed(record);
    }
  }

  // flock(2), not Java's own lock: it works between threads too, and a thread that a signal
  // interrupted can still take it to clean up.
  private FileLock lock() throws IOException {
    Tree.create(stateDirectory);
    return FileLock.exclusive(stateDirectory.resolve(".lock").toString());
  }
}
