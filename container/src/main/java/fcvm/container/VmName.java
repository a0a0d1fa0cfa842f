package fcvm.container;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Names of virtual machines: Podman's rule for a container's name, and names to give when nobody
/// chose one.
public final class VmName {
  private static final int LONGEST = 63; // it is the guest's host name too (RFC 1123)
  private static final Pattern VALID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

  private static final List<String> ADJECTIVES =
      List.of(
          "able", "bold", "brave", "brisk", "calm", "clever", "cosy", "crisp", "daring", "eager",
          "early", "fair", "fancy", "fleet", "fond", "gentle", "glad", "golden", "grand", "happy",
          "hardy", "honest", "humble", "jolly", "keen", "kind", "lively", "lucky", "mellow",
          "merry", "mild", "modest", "neat", "nimble", "noble", "patient", "plain", "proud",
          "quick", "quiet", "rapid", "ready", "serene", "sharp", "silent", "sleek", "smart", "snug",
          "solid", "steady", "sunny", "swift", "tidy", "tiny", "trusty", "vivid", "warm", "wise",
          "witty", "young");
  private static final List<String> NOUNS =
      List.of(
          "acorn", "alder", "ant", "aspen", "badger", "beaver", "birch", "bison", "brook", "cedar",
          "cloud", "comet", "coral", "crane", "cricket", "dolphin", "eagle", "ember", "falcon",
          "fern", "finch", "fjord", "fox", "gecko", "glacier", "grove", "gull", "hare", "harbor",
          "hawk", "heron", "island", "ivy", "jay", "lagoon", "lark", "lynx", "maple", "marten",
          "meadow", "moss", "newt", "oak", "otter", "owl", "pebble", "pine", "puffin", "quail",
          "raven", "reef", "robin", "seal", "sparrow", "spruce", "swan", "thistle", "tide",
          "willow", "wren");

  private VmName() {}

  /// Checks a name that somebody chose.
  ///
  /// @throws ContainerException saying what a name may look like
  public static String check(String name) throws ContainerException {
    if (name.length() > LONGEST || !VALID.matcher(name).matches()) {
      throw new ContainerException(
          "invalid name '"
              + name
              + "': a letter or digit, then letters, digits, '_', '.', '-', at most "
              + LONGEST
              + " in all");
    }
    return name;
  }

  /// `adjective_noun`.
  public static String random(RandomGenerator random) {
    return ADJECTIVES.get(random.nextInt(ADJECTIVES.size()))
        + "_"
        + NOUNS.get(random.nextInt(NOUNS.size()));
  }
}
