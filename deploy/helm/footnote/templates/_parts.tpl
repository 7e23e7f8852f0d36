{{- define "footnote.name" -}}
{{ (contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name)) | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "footnote.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "footnote.labels" -}}
{{ include "footnote.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "footnote.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "footnote.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "footnote.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "footnote.weaviateUrl" -}}
{{ if .Values.weaviate.enabled }}http://{{ include "footnote.name" . }}-weaviate:8080{{ else }}{{ .Values.weaviate.externalUrl }}{{ end }}
{{- end }}

{{/* What bot and worker are told beside their Secret. */}}
{{- define "footnote.settings" -}}
envFrom:
  - secretRef: {name: {{ .Values.secrets.bot }}}
env:
  - {name: FOOTNOTE_PROFILE, value: cluster}
  - {name: WEAVIATE_URL, value: {{ include "footnote.weaviateUrl" . | quote }}}
  {{- if not .Values.weaviate.enabled }}
  - {name: WEAVIATE_GRPC_PORT, value: {{ .Values.weaviate.externalGrpcPort | quote }}}
  {{- with .Values.weaviate.externalGrpcHost }}
  - {name: WEAVIATE_GRPC_HOST, value: {{ . | quote }}}
  {{- end }}
  {{- end }}
  {{- if .Values.vllm.enabled }}
  - {name: VLLM_BASE_URL, value: "http://{{ include "footnote.name" . }}-vllm:8000/v1"}
  {{- else if .Values.vllm.externalUrl }}
  - {name: VLLM_BASE_URL, value: {{ .Values.vllm.externalUrl | quote }}}
  {{- else if not (hasKey .Values.settings "FOOTNOTE_WRITER") }}
  - {name: FOOTNOTE_WRITER, value: extract}
  {{- end }}
  {{- if .Values.sources }}
  - {name: FOOTNOTE_SOURCES, value: /etc/footnote/sources.toml}
  {{- end }}
  {{- if .Values.pages.enabled }}
  - {name: FOOTNOTE_PAGES_PORT, value: "3002"}
  - {name: FOOTNOTE_PAGES_URL, value: "https://{{ .Values.pages.host }}"}
  {{- end }}
  {{- range $name, $value := .Values.settings }}
  - {name: {{ $name }}, value: {{ $value | toString | quote }}}
  {{- end }}
{{- end }}

{{- define "footnote.volumes" -}}
- name: home
  {{- if .Values.home.shared }}
  persistentVolumeClaim:
    claimName: {{ .Values.home.existingClaim | default (printf "%s-home" (include "footnote.name" .)) }}
  {{- else }}
  emptyDir: {sizeLimit: {{ .Values.home.size }}}
  {{- end }}
- name: tmp
  emptyDir: {sizeLimit: 2Gi}
{{- if .Values.sources }}
- name: sources
  configMap: {name: {{ include "footnote.name" . }}-sources}
{{- end }}
{{- end }}

{{- /* A pod that runs one command with the backups at hand: "words" in, the template of a Job out. */}}
{{- define "footnote.backup" }}
{{- $root := .root -}}
metadata:
  labels: {{ include "footnote.labels" (dict "root" $root "part" "backup") | nindent 4 }}
spec:
  {{- include "footnote.podSecurity" $root | nindent 2 }}
  restartPolicy: Never
  containers:
    - name: backup
      image: {{ include "footnote.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: {{ toJson .words }}
      {{- include "footnote.settings" $root | nindent 6 }}
      {{- include "footnote.containerSecurity" $root | nindent 6 }}
      resources: {{ toYaml $root.Values.backup.resources | nindent 8 }}
      volumeMounts:
        - {name: home, mountPath: /var/lib/footnote}
        - {name: tmp, mountPath: /tmp}
        - {name: backups, mountPath: /backups}
        {{- if $root.Values.sources }}
        - {name: sources, mountPath: /etc/footnote, readOnly: true}
        {{- end }}
  volumes:
    {{- include "footnote.volumes" $root | nindent 4 }}
    - name: backups
      persistentVolumeClaim: {claimName: {{ $root.Values.backup.claim }}}
{{- end }}
