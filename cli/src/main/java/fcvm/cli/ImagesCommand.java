package fcvm.cli;

import fcvm.container.image.StoredImage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm images`.
final class ImagesCommand implements Command {
  private static final List<String> HEADER =
      List.of("NAME", "ID", "DIGEST", "ARCH", "SIZE", "CREATED", "PULLED");
  private static final int ID_LENGTH = 12;
  private static final long MIB = 1 << 20;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm images [--json|--quiet]")
        .footer(
            "",
            "SIZE is that of the layers as they were sent. localhost/busybox, which each VM has in its"
                + " root file system, is not among them.");
    spec.addOption(Option.flag("As a JSON array.", "--json"))
        .addOption(Option.flag("Only the ids, in full.", "-q", "--quiet"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    boolean quiet = Option.get(parsed, "--quiet", false);
    boolean json = Option.get(parsed, "--json", false);
    if (quiet && json) {
      throw new UsageException("--json and --quiet exclude each other");
    }
    List<StoredImage> images = ImageFlags.store(invocation).list();
    if (quiet) {
      for (String id : images.stream().map(image -> image.image().hex()).distinct().toList()) {
        invocation.streams().print(id + "\n");
      }
      return 0;
    }
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    for (StoredImage image : images) {
      rows.add(json ? exact(image) : brief(image));
    }
    invocation.streams().print(json ? Table.json(rows) : Table.of(rows));
    return 0;
  }

  private static List<String> exact(StoredImage image) {
    return List.of(
        image.name(),
        image.image().hex(),
        image.digest().toString(),
        image.arch().debianName(),
        Long.toString(image.size()),
        image.created().toString(),
        image.pulled().toString());
  }

  private static List<String> brief(StoredImage image) {
    Instant now = Instant.now();
    String digest = image.digest().toString();
    return List.of(
        image.name().isEmpty() ? "<none>" : image.name(),
        image.image().hex().substring(0, ID_LENGTH),
        digest.substring(0, digest.indexOf(':') + 1 + ID_LENGTH),
        image.arch().debianName(),
        String.format(java.util.Locale.ROOT, "%.1fM", (double) image.size() / MIB),
        age(Duration.between(image.created(), now)),
        age(Duration.between(image.pulled(), now)));
  }

  private static String age(Duration age) {
    return age.toHours() < 48 ? VmFields.age(age) : age.toDays() + "d";
  }
}
