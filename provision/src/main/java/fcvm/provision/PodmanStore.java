package fcvm.provision;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The files in which Podman finds one image: a read-only store of containers/storage's overlay
/// driver, what Podman calls an additional image store. All digests are hexadecimal.
///
/// `overlay/ID/diff` has a layer's files, which are the caller's to write, `overlay/l/LINK` a short
/// name for them, `overlay/ID/lower` the layers below; `overlay-layers/layers.json` and
/// `overlay-images/images.json` are the indexes, `overlay-images/ID/` has the manifest and the
/// configuration under their names in base64.
///
/// @param manifest of the image
/// @param config of the image, whose digest is the image's id
/// @param names that the image has in the store
/// @param created when, as RFC 3339 has it
/// @param layers the lowest first
@SuppressWarnings("ArrayRecordComponent") // written, never compared
public record PodmanStore(
    byte[] manifest, byte[] config, List<String> names, String created, List<Layer> layers) {
  private static final int LINK_LENGTH = 26;

  /// @param id its name in the store
  /// @param sent digest of the layer as registries send it
  /// @param sentSize its bytes
  /// @param diff digest of its tar
  /// @param diffSize bytes of the files
  public record Layer(String id, String sent, long sentSize, String diff, long diffSize) {}

  /// What takes the files.
  public interface Sink {
    void file(String path, int mode, byte[] content) throws IOException;

    void link(String path, String target) throws IOException;
  }

  public PodmanStore {
    names = List.copyOf(names);
    layers = List.copyOf(layers);
  }

  /// Where a layer's files belong.
  public static String diff(String layerId) {
    return "overlay/" + layerId + "/diff";
  }

  public void write(Sink to) throws IOException {
    for (int i = 0; i < layers.size(); i++) {
      writeLayer(to, i);
    }
    text(to, "overlay-layers/layers.lock", "");
    text(to, "overlay-layers/layers.json", layersJson());
    writeImage(to);
    text(to, "storage.lock", "");
    text(to, "userns.lock", "");
  }

  private void writeLayer(Sink to, int i) throws IOException {
    String id = layers.get(i).id();
    text(to, "overlay/" + id + "/link", link(id));
    to.link("overlay/l/" + link(id), "../" + id + "/diff");
    if (i > 0) {
      String lower =
          layers.subList(0, i).reversed().stream()
              .map(below -> "l/" + link(below.id()))
              .collect(Collectors.joining(":"));
      text(to, "overlay/" + id + "/lower", lower);
    }
  }

  private static String link(String id) {
    return id.substring(0, LINK_LENGTH).toUpperCase(Locale.ROOT);
  }

  private String layersJson() {
    List<String> all = new ArrayList<>();
    String parent = "";
    for (Layer layer : layers) {
      all.add(
          """
          {"id":"%s",%s"created":"%s","compressed-diff-digest":"sha256:%s","compressed-size":%d,\
          "diff-digest":"sha256:%s","diff-size":%d,"uidset":[0],"gidset":[0]}\
          """
              .formatted(
                  layer.id(),
                  parent.isEmpty() ? "" : "\"parent\":\"" + parent + "\",",
                  created,
                  layer.sent(),
                  layer.sentSize(),
                  layer.diff(),
                  layer.diffSize()));
      parent = layer.id();
    }
    return "[" + String.join(",", all) + "]";
  }

  private void writeImage(Sink to) throws IOException {
    String id = Sha256.of(config);
    String digest = Sha256.of(manifest);
    Map<String, byte[]> data = new LinkedHashMap<>();
    data.put("sha256:" + id, config);
    data.put("manifest-sha256:" + digest, manifest);
    data.put("manifest", manifest);
    data.put("signature-" + digest, new byte[0]);
    for (Map.Entry<String, byte[]> item : data.entrySet()) {
      to.file("overlay-images/" + id + "/" + fileName(item.getKey()), 0600, item.getValue());
    }
    text(to, "overlay-images/images.lock", "");
    String named = names.stream().map(PodmanStore::quoted).collect(Collectors.joining(","));
    text(
        to,
        "overlay-images/images.json",
        """
        [{"id":"%s","digest":"sha256:%s","names":[%s],"names-history":[%s],"layer":"%s",\
        "metadata":"{\\"signatures-sizes\\":{\\"sha256:%s\\":[]}}","big-data-names":[%s],\
        "big-data-sizes":{%s},"big-data-digests":{%s},"created":"%s"}]\
        """
            .formatted(
                id,
                digest,
                named,
                named,
                layers.isEmpty() ? "" : layers.getLast().id(),
                digest,
                data.keySet().stream().map(PodmanStore::quoted).collect(Collectors.joining(",")),
                data.entrySet().stream()
                    .map(item -> quoted(item.getKey()) + ":" + item.getValue().length)
                    .collect(Collectors.joining(",")),
                data.entrySet().stream()
                    .map(item ->
                        quoted(item.getKey())
                            + ":"
                            + quoted("sha256:" + Sha256.of(item.getValue())))
                    .collect(Collectors.joining(",")),
                created));
  }

  private static void text(Sink to, String path, String text) throws IOException {
    to.file(path, 0644, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  /// containers/storage: names that are not plain go to base64 behind an equals sign.
  private static String fileName(String name) {
    return name.equals("manifest")
        ? name
        : "=" + Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }
}
