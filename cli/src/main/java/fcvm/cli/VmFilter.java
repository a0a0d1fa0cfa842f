package fcvm.cli;

import fcvm.container.VmRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What `--filter KEY=VALUE` lets through: of one key any value, of several keys all, as in Podman;
/// of labels all, too.
final class VmFilter {
  static final List<String> KEYS =
      List.of("id", "name", "status", "label", "health", "exited", "ancestor", "restart-policy");

  private VmFilter() {}

  /// The filter of all that were given, raw.
  static Predicate<VmRecord> of(List<String> given) throws UsageException {
    Map<String, List<Predicate<VmRecord>>> byKey = new TreeMap<>();
    for (String filter : given) {
      String[] parts = Raw.text(filter).split("=", 2);
      if (parts.length < 2) {
        throw new UsageException("--filter: KEY=VALUE, not '" + Raw.text(filter) + "'");
      }
      byKey.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(one(parts[0], parts[1]));
    }
    return vm ->
        byKey.entrySet().stream()
            .allMatch(entry ->
                entry.getKey().equals("label")
                    ? entry.getValue().stream().allMatch(test -> test.test(vm))
                    : entry.getValue().stream().anyMatch(test -> test.test(vm)));
  }

  private static Predicate<VmRecord> one(String key, String value) throws UsageException {
    return switch (key) {
      case "id" -> vm -> vm.id().startsWith(value);
      case "name" -> name(value);
      case "status" -> status(value);
      case "label" -> label(value);
      case "health" -> vm -> vm.life().health().toString().equals(value);
      case "exited" -> vm -> vm.life().exitCode().map(Object::toString).orElse("").equals(value);
      case "ancestor" -> vm -> vm.image().equals(value) || vm.image().startsWith(value + ":");
      case "restart-policy" -> vm -> vm.life().terms().restart().toString().equals(value);
      default ->
          throw new UsageException(
              "--filter: unknown key '" + key + "'" + Suggestion.phrase(key, KEYS));
    };
  }

  private static Predicate<VmRecord> name(String value) throws UsageException {
    try {
      Pattern pattern = Pattern.compile(value);
      return vm -> pattern.matcher(vm.name()).find();
    } catch (PatternSyntaxException e) {
      throw new UsageException("--filter: name is a regular expression: " + e.getDescription());
    }
  }

  private static Predicate<VmRecord> status(String value) throws UsageException {
    if (VmRecord.Status.of(value).isEmpty()) {
      throw new UsageException("--filter: there is no status '" + value + "'");
    }
    return vm -> vm.status().toString().equals(value);
  }

  private static Predicate<VmRecord> label(String value) {
    String[] parts = value.split("=", 2);
    return vm -> {
      String has = vm.life().terms().labels().get(parts[0]);
      return has != null && (parts.length == 1 || has.equals(parts[1]));
    };
  }
}
