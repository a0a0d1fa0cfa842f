package fcvm.container;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import fcvm.container.VmRecord.Status;
import fcvm.container.life.Life;
import fcvm.container.net.VmNetwork;
import fcvm.linux.IoReason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The files of a [VmStore], whose lock is held in every method: records, and the directories of
/// VMs. Finds out what nobody owns any more.
///
/// @param stateDirectory where records and disks are
/// @param runtimeDirectory where sockets are
/// @param warnings told of each file that cannot be used, and of what is left behind
/// @param events told of VMs that turn out to have ended
record VmStateFiles(
    Path stateDirectory, Path runtimeDirectory, Consumer<String> warnings, VmEvents events) {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
  private static final String RECORD = ".json";

  /// In the directory of a VM with a network that its process leaves behind when it is killed.
  static final String BRIDGED = "bridged";

  /// The record of one.
  VmRecord read(String id) throws IOException {
    return VmRecord.parse(Files.readString(stateDirectory.resolve(id + RECORD)));
  }

  /// Everything of one.
  void remove(String id) throws IOException {
    Tree.delete(runtimeDirectory.resolve(id));
    removeDirectory(id);
    // Last: as long as it is there, a sweep that was cut short is done again.
    Files.deleteIfExists(stateDirectory.resolve(id + RECORD));
  }

  /// What says that there is a network stays as long as that does: the next sweep tries again.
  private void removeDirectory(String id) throws IOException {
    Path directory = stateDirectory.resolve(id);
    boolean isClean = removeNetwork(id);
    Tree.delete(directory);
    if (!isClean) {
      Tree.create(directory);
      Files.createFile(directory.resolve(BRIDGED));
    }
  }

  /// @return whether there is none any more
  private boolean removeNetwork(String id) {
    Path note = stateDirectory.resolve(id).resolve(BRIDGED);
    if (!Files.exists(note)) {
      return true;
    }
    try {
      VmNetwork.remove(id);
      return true;
    } catch (IOException e) {
      warnings.accept(
          "the network of VM " + id + " is left until the next command: " + IoReason.of(e));
      return false;
    }
  }

  /// Replaces a record, or adds it.
  void write(VmRecord record) throws IOException {
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

  /// Those that live and those that have exited, oldest first. Removes what is left of others.
  List<VmRecord> sweep() throws IOException {
    List<VmRecord> known = new ArrayList<>();
    for (Path file : entries(stateDirectory)) {
      String name = file.getFileName().toString();
      if (name.endsWith(RECORD)) {
        known(file).ifPresent(known::add);
      } else if (name.endsWith(RECORD + ".tmp")) {
        Files.deleteIfExists(file);
      }
    }
    Set<String> unclear = unclear(known);
    for (String orphan : orphans(stateDirectory, known, unclear)) {
      removeDirectory(orphan);
    }
    List<VmRecord> living = known.stream().filter(VmRecord::isLiving).toList();
    for (String orphan : orphans(runtimeDirectory, living, unclear)) {
      Tree.delete(runtimeDirectory.resolve(orphan));
    }
    known.sort(Comparator.comparing(VmRecord::created).thenComparing(VmRecord::id));
    return known;
  }

  private Optional<VmRecord> known(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      warnings.accept("cannot read " + file + ": " + IoReason.of(e));
      return Optional.empty();
    }
    VmRecord record;
    try {
      record = VmRecord.parse(text);
      if (!file.getFileName().toString().equals(record.id() + RECORD)) {
        throw new IOException("it describes " + record.id());
      }
    } catch (IOException e) {
      Path aside = file.resolveSibling(file.getFileName() + ".broken");
      Files.move(file, aside, REPLACE_EXISTING);
      warnings.accept(
          "a broken state file was put aside as %s, and what belongs to it stays until you remove it: %s"
              .formatted(aside, e.getMessage()));
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
    remove(record.id());
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

  /// Of whom there is a record that could not be used: perhaps they live.
  private Set<String> unclear(List<VmRecord> known) throws IOException {
    Set<String> unclear = new HashSet<>();
    for (Path file : entries(stateDirectory)) {
      String name = file.getFileName().toString();
      int end = name.indexOf(RECORD);
      if (end >= 0) {
        unclear.add(name.substring(0, end));
      }
    }
    known.forEach(vm -> unclear.remove(vm.id()));
    return unclear;
  }

  private static List<String> orphans(Path directory, List<VmRecord> owners, Set<String> unclear)
      throws IOException {
    Set<String> owned = new HashSet<>(unclear);
    owners.forEach(vm -> owned.add(vm.id()));
    return entries(directory).stream()
        .map(entry -> entry.getFileName().toString())
        .filter(name -> ID.matcher(name).matches() && !owned.contains(name))
        .toList();
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
}
