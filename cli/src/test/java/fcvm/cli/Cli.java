package fcvm.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The command line in this process, its streams caught.
final class Cli {
  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>(Map.of("FCVM_LOCAL", "1"));

  Cli with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  int run(String... arguments) throws Exception {
    Streams streams = new Streams(new ByteArrayInputStream(new byte[0]), out, err);
    return new Dispatch(streams, environment)
        .run(List.of(arguments).stream().map(Raw::of).toList());
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
