package fcvm.provision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A kernel package of Debian's by its version.
///
/// @param packageName such as `linux-image-6.18.15+deb13-cloud-amd64`
/// @param numbers the kernel's version, such as 6, 18, 15
record KernelVersion(String packageName, List<Integer> numbers)
    implements Comparable<KernelVersion> {
  /// The series that guests run by choice: older ones lack nested virtualization on arm64.
  private static final List<Integer> SERIES = List.of(6, 18);

  private static final Pattern PACKAGE =
      Pattern.compile("linux-image-([0-9]+(?:\\.[0-9]+)+)\\+deb13-cloud-(?:amd64|arm64)");

  static Optional<KernelVersion> of(String packageName) {
    Matcher matcher = PACKAGE.matcher(packageName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<Integer> numbers = new ArrayList<>();
    for (String number : Arrays.asList(matcher.group(1).split("\\."))) {
      numbers.add(Integer.parseInt(number));
    }
    return Optional.of(new KernelVersion(packageName, List.copyOf(numbers)));
  }

  /// The newest of the 6.18 series, else the newest that is not older.
  static Optional<KernelVersion> choose(Collection<String> packageNames) {
    List<KernelVersion> versions =
        packageNames.stream().map(KernelVersion::of).flatMap(Optional::stream).sorted().toList();
    return versions.stream()
        .filter(KernelVersion::isInSeries)
        .reduce((a, b) -> b)
        .or(() ->
            versions.stream()
                .filter(version -> compare(version.numbers, SERIES) >= 0)
                .reduce((a, b) -> b));
  }

  private boolean isInSeries() {
    return numbers.size() >= SERIES.size() && numbers.subList(0, SERIES.size()).equals(SERIES);
  }

  /// The kernel's release, what `uname -r` says.
  String release() {
    return packageName.substring("linux-image-".length());
  }

  @Override
  public int compareTo(KernelVersion other) {
    return Comparator.<KernelVersion, List<Integer>>comparing(
            v -> v.numbers, KernelVersion::compare)
        .thenComparing(KernelVersion::packageName)
        .compare(this, other);
  }

  private static int compare(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      int result = Integer.compare(i < a.size() ? a.get(i) : 0, i < b.size() ? b.get(i) : 0);
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }
}
