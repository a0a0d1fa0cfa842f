package fcvm.machine;

import fcvm.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The record of a machine that was started and not stopped. It outlives a crash: that is how the
/// next command knows of it.
///
/// @param sinceMillis when it was started, milliseconds since 1970
/// @param distribution which distribution of fcvm it shares, see [#identity]
/// @param shares the virtiofsd's
/// @param qemu absent while a start is under way
public record RunningMachine(
    long sinceMillis,
    String distribution,
    List<ProcessIdentity> shares,
    Optional<ProcessIdentity> qemu) {
  public RunningMachine {
    shares = List.copyOf(shares);
  }

  /// A start that has begun.
  static RunningMachine starting(Path distribution) throws IOException {
    return new RunningMachine(
        System.currentTimeMillis(), identity(distribution), List.of(), Optional.empty());
  }

  RunningMachine withShare(ProcessIdentity share) {
    List<ProcessIdentity> more = new ArrayList<>(shares);
    more.add(share);
    return new RunningMachine(sinceMillis, distribution, more, qemu);
  }

  RunningMachine withQemu(ProcessIdentity process) {
    return new RunningMachine(sinceMillis, distribution, shares, Optional.of(process));
  }

  /// Whether QEMU runs.
  public boolean isAlive() {
    return qemu.filter(ProcessIdentity::isAlive).isPresent();
  }

  /// Whether the computer has not been restarted since.
  boolean isOfThisBoot() throws IOException {
    for (ProcessIdentity process : processes()) {
      if (!process.isOfThisBoot()) {
        return false;
      }
    }
    return true;
  }

  /// Ends every process of it that still runs.
  void kill() throws IOException {
    for (ProcessIdentity process : processes()) {
      process.kill();
    }
  }

  private List<ProcessIdentity> processes() {
    return Stream.concat(qemu.stream(), shares.stream()).toList();
  }

  /// Tells one directory from another that took its name: a machine goes on seeing the first.
  static String identity(Path directory) throws IOException {
    return directory + " " + Files.getAttribute(directory, "unix:ino");
  }

  void write(Path path) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("bootId", processes().stream().map(ProcessIdentity::boot).findFirst().orElse(""));
    json.put("sinceMillis", sinceMillis);
    json.put("distribution", distribution);
    json.put("shares", shares.stream().map(RunningMachine::toJson).toList());
    json.put("qemu", qemu.stream().map(RunningMachine::toJson).toList());
    JsonObject.write(path, json);
  }

  /// The record in a file; empty if there is none.
  static Optional<RunningMachine> read(Path path) throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    JsonObject json = JsonObject.read(path);
    return Optional.of(
        new RunningMachine(
            json.longNumber("sinceMillis"),
            json.text("distribution"),
            processes(json, "shares"),
            processes(json, "qemu").stream().findFirst()));
  }

  private static Map<String, Object> toJson(ProcessIdentity process) {
    return Map.of("pid", process.pid(), "startTime", process.start());
  }

  private static List<ProcessIdentity> processes(JsonObject json, String name)
      throws MachineException {
    List<ProcessIdentity> processes = new ArrayList<>();
    for (JsonObject process : json.objects(name)) {
      processes.add(
          new ProcessIdentity(
              process.number("pid"), process.longNumber("startTime"), json.text("bootId")));
    }
    return processes;
  }
}
