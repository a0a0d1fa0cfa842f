package fcvm.container;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import fcvm.container.VmRecord.Status;
import fcvm.container.life.EventLog;
import fcvm.container.life.Life;
import fcvm.container.net.VmNetwork;
import fcvm.linux.FileLock;
import fcvm.linux.IoReason;
import fcvm.linux.ProcessIdentity;
import fcvm.provision.Dirs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The virtual machines that live on this computer, in files: `ID.json` and the directory `ID` in
/// the state directory, and a directory `ID` for sockets in the runtime directory, where paths are
/// short.
///
/// Every change is made under one file lock, and a record replaces its file by a rename, so a
/// reader sees the old or the new one. What a killed process left behind is removed by whoever
/// looks next; of a detached VM, its record and disk stay, and the record says what happened.
public final class VmStore {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
  private static final int ID_BYTES = 6;
  private static final int NAME_TRIES = 100;
  private static final String RECORD = ".json";

  /// In the directory of a VM with a network that its process leaves behind when it is killed.
  static final String BRIDGED = "bridged";

  private final Path stateDirectory;
  private final Path runtimeDirectory;
  private final Consumer<String> warnings;
  private final VmEvents events;
  private final SecureRandom random = new SecureRandom();

  /// @param stateDirectory where records and disks are; it need not exist yet
  /// @param runtimeDirectory where sockets are; a short path
  /// @param warnings told of each file that had to be put aside
  public VmStore(Path stateDirectory, Path runtimeDirectory, Consumer<String> warnings) {
    this.stateDirectory = stateDirectory;
    this.runtimeDirectory = runtimeDirectory;
    this.warnings = warnings;
    this.events = new VmEvents(new EventLog(stateDirectory.resolve("events")));
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
    return create(name, image, cpus, memoryMib, Life.FOREGROUND);
  }

  /// Starts a new virtual machine's life in this process.
  ///
  /// @param name the wanted name, or empty for one that is free
  /// @param life what is to stay of it
  /// @throws ContainerException if the name is not one, or in use
  public VmFiles create(Optional<String> name, String image, int cpus, int memoryMib, Life life)
      throws IOException, ContainerException {
    if (name.isPresent()) {
      VmName.check(name.get());
    }
    try (FileLock _ = lock()) {
      List<VmRecord> known = sweepLocked();
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
              life);
      write(record);
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
      VmRecord record = known(id, sweepLocked());
      if (record.isLiving()) {
        throw new ContainerException("VM " + record.name() + " runs already");
      }
      VmRecord mine = record.in(ProcessIdentity.current());
      mine = mine.with(Status.STARTING, mine.life().restarted(0));
      Tree.create(runtimeDirectory.resolve(id));
      write(mine);
      return new VmFiles(this, mine, stateDirectory.resolve(id));
    }
  }

  /// Gives one another name.
  ///
  /// @throws ContainerException if the name is not one, or in use
  public VmRecord rename(String id, String name) throws IOException, ContainerException {
    VmName.check(name);
    try (FileLock _ = lock()) {
      List<VmRecord> known = sweepLocked();
      VmRecord record = known(id, known);
      if (!record.name().equals(name)) {
        record = record.named(unused(name, known));
        write(record);
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
      return sweepLocked();
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
      write(changed);
      events.changed(mine, changed);
      return changed;
    } catch (IOException e) {
      warnings.accept("fcvm ls is out of date: " + IoReason.of(e));
      return change.apply(mine);
    }
  }

  private String presentName(VmRecord mine) {
    try {
      return VmRecord.parse(Files.readString(stateDirectory.resolve(mine.id() + RECORD))).name();
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

  /// Removes everything of one.
  public void remove(VmRecord record) throws IOException {
    try (FileLock _ = lock()) {
      removeLocked(record.id());
      events.removed(record);
    }
  }

  private void removeLocked(String id) throws IOException {
    Tree.delete(runtimeDirectory.resolve(id));
    removeNetwork(id);
    Tree.delete(stateDirectory.resolve(id));
    // Last: as long as it is there, a sweep that was cut short is done again.
    Files.deleteIfExists(stateDirectory.resolve(id + RECORD));
  }

  private void removeNetwork(String id) {
    if (Files.exists(stateDirectory.resolve(id).resolve(BRIDGED))) {
      try {
        VmNetwork.remove(id);
      } catch (IOException e) {
        warnings.accept("the network of VM " + id + " is left behind: " + IoReason.of(e));
      }
    }
  }

  private void write(VmRecord record) throws IOException {
    Path temporary = stateDirectory.resolve(record.id() + RECORD + ".tmp");
    try {
      Files.deleteIfExists(temporary);
      Files.createFile(
          temporary,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(temporary, record.json());
      Files.move(temporary, stateDirectory.resolve(record.id() + RECORD), ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      // Java says "No space left on device", and not where.
      throw new IOException("cannot write " + temporary + ": " + IoReason.of(e), e);
    }
  }

  private List<VmRecord> sweepLocked() throws IOException {
    List<VmRecord> known = new ArrayList<>();
    for (Path file : entries(stateDirectory)) {
      String name = file.getFileName().toString();
      if (name.endsWith(RECORD)) {
        known(file).ifPresent(known::add);
      } else if (name.endsWith(RECORD + ".tmp")) {
        Files.deleteIfExists(file);
      }
    }
    removeOrphans(stateDirectory, known);
    removeOrphans(runtimeDirectory, known.stream().filter(VmRecord::isLiving).toList());
    known.sort(Comparator.comparing(VmRecord::created).thenComparing(VmRecord::id));
    return known;
  }

  private Optional<VmRecord> known(Path file) throws IOException {
    VmRecord record;
    try {
      record = VmRecord.parse(Files.readString(file));
      if (!file.getFileName().toString().equals(record.id() + RECORD)) {
        throw new IOException("it describes " + record.id());
      }
    } catch (IOException e) {
      Path aside = file.resolveSibling(file.getFileName() + ".broken");
      Files.move(file, aside, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      warnings.accept("a broken state file was put aside as " + aside + ": " + e.getMessage());
      return Optional.empty();
    }
    if (!record.isLiving() || record.process().isAlive()) {
      return Optional.of(record);
    }
    if (record.life().isKept()) {
      removeNetwork(record.id());
      VmRecord exited = record.with(Status.EXITED, abandoned(record));
      write(exited);
      events.changed(record, exited);
      return Optional.of(exited);
    }
    removeLocked(record.id());
    return Optional.empty();
  }

  // Its supervisor was killed, or went with the computer: nobody knows how its container ended.
  private static Life abandoned(VmRecord record) throws IOException {
    if (record.status() == Status.STOPPING && record.life().finished().isPresent()) {
      return record.life(); // it was killed on its last steps
    }
    String why =
        record.process().isOfThisBoot()
            ? "its supervisor, process " + record.process().pid() + ", was killed"
            : "the computer was restarted";
    return record.life().ended(Instant.now().truncatedTo(ChronoUnit.MILLIS), Optional.empty(), why);
  }

  private static void removeOrphans(Path directory, List<VmRecord> owners) throws IOException {
    for (Path entry : entries(directory)) {
      String name = entry.getFileName().toString();
      if (ID.matcher(name).matches() && owners.stream().noneMatch(vm -> vm.id().equals(name))) {
        Tree.delete(entry);
      }
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
        stream.forEach(entries::add);
      }
    }
    return entries;
  }

  // flock(2), not Java's own lock: it works between threads too, and a thread that a signal
  // interrupted can still take it to clean up.
  private FileLock lock() throws IOException {
    Tree.create(stateDirectory);
    return FileLock.exclusive(stateDirectory.resolve(".lock").toString());
  }
}
