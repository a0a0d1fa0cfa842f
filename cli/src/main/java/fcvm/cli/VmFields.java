package fcvm.cli;

import fcvm.container.VmRecord;
import fcvm.container.life.Health;
import fcvm.container.life.Life;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// A VM's fields for `--format`, by the names that Podman has.
final class VmFields {
  private VmFields() {}

  /// All of them.
  static Map<String, String> of(Vms.Located located, Instant now) {
    VmRecord vm = located.vm();
    Life life = vm.life();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("ID", vm.id());
    fields.put("Names", vm.name());
    fields.put("Name", vm.name());
    fields.put("Image", vm.image());
    fields.put("State", vm.status().toString());
    fields.put("Status", status(vm, now));
    fields.put("Health", life.health() == Health.NONE ? "" : life.health().toString());
    fields.put("ExitCode", life.exitCode().map(Object::toString).orElse(""));
    fields.put("Created", age(Duration.between(vm.created(), now)) + " ago");
    fields.put("CreatedAt", vm.created().toString());
    fields.put("StartedAt", life.started().map(Instant::toString).orElse(""));
    fields.put("FinishedAt", life.finished().map(Instant::toString).orElse(""));
    fields.put("RunningFor", age(Duration.between(life.started().orElse(vm.created()), now)));
    fields.put("Restarts", Integer.toString(life.restarts()));
    fields.put("RestartPolicy", life.terms().restart().toString());
    fields.put("Why", life.why());
    fields.put("Labels", labels(life));
    fields.put("Ports", vm.isLiving() ? life.terms().ports() : "");
    fields.put("Cpus", Integer.toString(vm.cpus()));
    fields.put("Memory", vm.memoryMib() + "M");
    fields.put("Pid", vm.isLiving() ? Integer.toString(vm.process().pid()) : "0");
    fields.put("Machine", located.machine().map(m -> m.arch().debianName()).orElse(""));
    return fields;
  }

  static String labels(Life life) {
    return life.terms().labels().entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  /// The state, with its exit code or health.
  static String state(VmRecord vm) {
    Life life = vm.life();
    if (!vm.isLiving()) {
      return "exited (" + life.exitCode().map(Object::toString).orElse("?") + ")";
    }
    return life.health() == Health.NONE
        ? vm.status().toString()
        : vm.status() + " (" + life.health() + ")";
  }

  private static String status(VmRecord vm, Instant now) {
    Life life = vm.life();
    if (!vm.isLiving()) {
      return "Exited (%s) %s ago"
          .formatted(
              life.exitCode().map(Object::toString).orElse("?"),
              age(Duration.between(life.finished().orElse(now), now)));
    }
    String up = age(Duration.between(life.started().orElse(vm.created()), now));
    return switch (vm.status()) {
      case RUNNING -> "Up " + up + (life.health() == Health.NONE ? "" : " (" + life.health() + ")");
      case RESTARTING -> "Restarting";
      default -> vm.status().toString();
    };
  }

  /// A length of time in one unit.
  static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    return seconds < 7200 ? seconds / 60 + "m" : seconds / 3600 + "h";
  }
}
