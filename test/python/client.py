"""Journeys of the OpenAI client for Python; prints what it saw as one JSON document.

Arguments: base URL, key of an account with credit, key with one request a minute that is used up.
"""

import json
import sys

import openai

base_url, key, spent_key = sys.argv[1:4]
PROMPT = [{"role": "user", "content": "hello from Python"}]


def client(api_key):
    return openai.OpenAI(base_url=base_url, api_key=api_key, max_retries=0)


def ask(api_key=key, content=None, **more):
    messages = PROMPT if content is None else [{"role": "user", "content": content}]
    return client(api_key).chat.completions.create(**{"model": "liar", "messages": messages, **more})


def raised(act):
    """The class, status and code of what `act` raises."""
    try:
        act()
    except openai.APIError as error:
        return {
            "class": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "code": error.code,
        }
    return None


def plain():
    answer = ask()
    return {
        "content": answer.choices[0].message.content,
        "finish_reason": answer.choices[0].finish_reason,
        "completion_tokens": answer.usage.completion_tokens,
    }


def stream():
    text, usage = "", None
    for chunk in ask(stream=True, stream_options={"include_usage": True}):
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
        usage = chunk.usage or usage
    return {"content": text, "completion_tokens": usage.completion_tokens}


print(
    json.dumps(
        {
            "plain": plain(),
            "stream": stream(),
            "completion": client(key).completions.create(model="liar", prompt="once upon").choices[0].text,
            "models": [model.id for model in client(key).models.list()],
            "unknown_key": raised(lambda: ask("kept_sk_none")),
            "unknown_model": raised(lambda: ask(model="none")),
            "bad_parameter": raised(lambda: ask(temperature=9)),
            "limited": raised(lambda: ask(spent_key)),
            "garbage": raised(lambda: ask(content="play:garbage")),
            "broken_stream": raised(lambda: list(ask(content="play:reset-mid-stream", stream=True))),
            "embeddings": raised(lambda: client(key).embeddings.create(model="liar", input="x")),
        }
    )
)
