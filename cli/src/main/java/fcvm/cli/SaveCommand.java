package fcvm.cli;

import fcvm.container.image.ImageStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm save`.
final class SaveCommand implements Command {
  private static final List<String> FORMATS = List.of("docker-archive", "oci-archive");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm save [OPTIONS] -o FILE IMAGE");
    spec.addOption(Option.value("FILE", "The file to write.", "-o", "--output"))
        .addOption(Option.choice("What to write (default: docker-archive).", FORMATS, "--format"))
        .addPositional(Option.argument(0, "IMAGE", "Image of the store."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Optional<String> file = Option.find(parsed, "--output");
    if (file.isEmpty()) {
      throw new UsageException("where to? Give -o FILE");
    }
    String format = Option.get(parsed, "--format", FORMATS.getFirst());
    if (!FORMATS.contains(format)) {
      throw new UsageException(
          "--format: " + String.join(" or ", FORMATS) + ", not '" + Raw.text(format) + "'");
    }
    ImageStore store = ImageFlags.store(invocation);
    Path target = Path.of(Raw.text(file.get())).toAbsolutePath();
    String image = Raw.text(Option.get(parsed, 0, ""));
    return Interruptible.run(() -> {
      store.save(image, ImageFlags.arch(invocation), format, target);
      return 0;
    });
  }
}
