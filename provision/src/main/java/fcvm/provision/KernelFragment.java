package fcvm.provision;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The options that a kernel's configuration must have, in Kconfig's own syntax:
/// `CONFIG_NAME=value`, or `# CONFIG_NAME is not set`.
///
/// A line that ends in `# where known` is for kernels that have the option: others may have it
/// always on.
final class KernelFragment {
  private static final String OFF = "n";

  private static final Pattern SET =
      Pattern.compile("(CONFIG_\\w+)=(\".*\"|\\S*?)(\\s+# where known)?");
  private static final Pattern UNSET = Pattern.compile("# (CONFIG_\\w+) is not set");

  /// What is asked for one option.
  private record Wish(String value, boolean isWhereKnown) {}

  private final SequencedMap<String, Wish> wishes;

  private KernelFragment(SequencedMap<String, Wish> wishes) {
    this.wishes = wishes;
  }

  /// Reads a fragment, or a whole `.config`.
  ///
  /// @throws IllegalArgumentException if a line is neither an option nor a comment
  static KernelFragment parse(String text) {
    SequencedMap<String, Wish> wishes = new LinkedHashMap<>();
    for (String line : text.lines().map(String::strip).toList()) {
      Matcher set = SET.matcher(line);
      Matcher unset = UNSET.matcher(line);
      if (set.matches()) {
        wishes.put(set.group(1), new Wish(set.group(2), set.group(3) != null));
      } else if (unset.matches()) {
        wishes.put(unset.group(1), new Wish(OFF, false));
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        throw new IllegalArgumentException("not a line of a kernel's configuration: " + line);
      }
    }
    return new KernelFragment(wishes);
  }

  /// This one, with what another says on top.
  KernelFragment with(KernelFragment other) {
    SequencedMap<String, Wish> all = new LinkedHashMap<>(wishes);
    all.putAll(other.wishes);
    return new KernelFragment(all);
  }

  /// As a file for `KCONFIG_ALLCONFIG` (`Documentation/kbuild/kconfig.rst`).
  String text() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Wish> wish : wishes.entrySet()) {
      String value = wish.getValue().value();
      text.append(
          value.equals(OFF)
              ? "# " + wish.getKey() + " is not set\n"
              : wish.getKey() + "=" + value + "\n");
    }
    return text.toString();
  }

  /// What is not as it was asked for, one phrase for each option.
  ///
  /// @param config the kernel's final `.config`
  List<String> unmet(String config) {
    Map<String, Wish> found = parse(config).wishes;
    List<String> unmet = new ArrayList<>();
    wishes.forEach((name, wish) -> {
      Wish got = found.get(name);
      if (got == null && !wish.isWhereKnown() && !wish.value().equals(OFF)) {
        unmet.add(
            name
                + "="
                + wish.value()
                + " is missing: this kernel does not know the option, or what it depends on is off");
      } else if (got != null && !got.value().equals(wish.value())) {
        unmet.add(name + "=" + wish.value() + " became " + got.value());
      }
    });
    return unmet;
  }
}
