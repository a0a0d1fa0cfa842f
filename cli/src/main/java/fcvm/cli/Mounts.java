package fcvm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `--mount` of `podman run`. What binds a directory or file of the host is a volume; what lives in
/// memory is Podman's own in the guest, and passed on as it is.
final class Mounts {
  private static final String OPTION = "--mount";
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs", "devpts");

  private Mounts() {}

  static void describe(CommandSpec spec) {
    spec.addOption(
        Option.values(
            "type=TYPE,...",
            "A volume, type=bind,source=HOST,target=CONTAINER[,ro], or a file system in memory:"
                + " type=tmpfs,target=DIR[,tmpfs-size=SIZE].",
            OPTION));
  }

  /// The volumes, as `--volume` has them, raw.
  static List<String> volumes(ParseResult parsed) throws UsageException {
    List<String> volumes = new ArrayList<>();
    for (String mount : given(parsed)) {
      if (!isInMemory(mount)) {
        volumes.add(volume(mount));
      }
    }
    return volumes;
  }

  /// The others, as arguments for Podman, raw.
  static List<String> passed(ParseResult parsed) throws UsageException {
    List<String> arguments = new ArrayList<>();
    for (String mount : given(parsed)) {
      if (isInMemory(mount)) {
        arguments.add(OPTION + "=" + mount);
      }
    }
    return arguments;
  }

  private static List<String> given(ParseResult parsed) {
    return Option.get(parsed, OPTION, List.of());
  }

  private static boolean isInMemory(String mount) throws UsageException {
    // Podman's own default.
    String type = value(mount, "type").orElse("volume");
    if (!type.equals("bind") && !IN_MEMORY.contains(type)) {
      throw refused(
          mount,
          "type=bind, tmpfs, ramfs or devpts, not "
              + Raw.text(type)
              + (type.equals("volume") ? ": there are no named volumes, a VM keeps nothing" : ""));
    }
    return !type.equals("bind");
  }

  private static Optional<String> value(String mount, String key) {
    return List.of(mount.split(",", -1)).stream()
        .filter(part -> part.startsWith(key + "="))
        .map(part -> part.substring(key.length() + 1))
        .findFirst();
  }

  private static String volume(String mount) throws UsageException {
    String source = "";
    String target = "";
    List<String> options = new ArrayList<>();
    for (String part : mount.split(",", -1)) {
      String[] pair = part.split("=", 2);
      String value = pair.length > 1 ? pair[1] : "";
      switch (pair[0]) {
        case "type" -> {}
        case "source", "src" -> source = value;
        case "target", "destination", "dst" -> target = value;
        case "ro", "readonly" -> options.add(isOn(mount, value) ? "ro" : "rw");
        case "rw" -> options.add(isOn(mount, value) ? "rw" : "ro");
        case "writeback", "attr_timeout", "entry_timeout" -> options.add(part);
        case "relabel" -> {} // no SELinux is between guest and host
        default ->
            throw refused(
                mount,
                "no option '"
                    + Raw.text(part)
                    + "' of type=bind; there are source, target, ro, rw, writeback,"
                    + " attr_timeout=SECONDS and entry_timeout=SECONDS");
      }
    }
    if (source.isEmpty() || target.isEmpty()) {
      throw refused(mount, "it needs a source=HOST and a target=CONTAINER");
    }
    if (source.contains(":") || target.contains(":")) {
      throw refused(mount, "no colon in its paths");
    }
    String volume = source + ":" + target;
    return options.isEmpty() ? volume : volume + ":" + String.join(",", options);
  }

  private static boolean isOn(String mount, String value) throws UsageException {
    return switch (value) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw refused(mount, "true or false, not '" + Raw.text(value) + "'");
    };
  }

  private static UsageException refused(String mount, String why) {
    return new UsageException(OPTION + " '" + Raw.text(mount) + "': " + why);
  }
}
